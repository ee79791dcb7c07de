import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Plugin } from "esbuild";

/** `new URL("./worker.ts", import.meta.url)`: the address of a source file that becomes a program of its own. */
const OWN_FILE = /new URL\(\s*"(\.{1,2}\/[^"]+)\.ts"\s*,\s*import\.meta\.url\s*\)/g;
/** `import.meta.resolve("package/file")`: where a file of a package is, which is put beside the bundle. */
const PACKAGE_FILE = /\bimport\.meta\.resolve\(\s*"([^"./][^"]*)"\s*\)/g;
/** Any other way of asking where a source file is. */
const SOURCE_ADDRESS = /\.(ts|json)["'`][^\n]*\bimport\.meta\b|\bimport\.meta\b[^\n]*\.(ts|json)["'`]/;

/**
 * Has the addresses of our own source files name the programs that they become, and refuses other ways
 * of asking for one: a bundle has no source files around it.
 * @param found gets these programs: entry point by name
 * @param packageFiles gets the files of packages that are asked for by name: where they are by where they are to be
 */
export function ownFileAddresses(
	root: string,
	found: Map<string, string>,
	packageFiles = new Map<string, string>(),
): Plugin {
	return {
		name: "addresses of own files",
		setup(build) {
			build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
				if (path.includes("/node_modules/")) return undefined;
				const source = readFileSync(path, "utf8").replace(OWN_FILE, (_whole, address: string) => {
					const entry = relative(root, join(dirname(path), `${address}.ts`));
					const name = programName(entry);
					found.set(name, entry);
					return `new URL("./${name}.mjs", import.meta.url)`;
				});
				const contents = source.replace(PACKAGE_FILE, (_whole, file: string) => {
					packageFiles.set(file, join(root, "node_modules", file));
					return `new URL("./${file}", import.meta.url).href`;
				});
				if (!SOURCE_ADDRESS.test(contents)) return { contents, loader: "ts" };
				const text =
					"a bundle has no source files around it: import JSON, and name source files in one string";
				return { errors: [{ text, location: { file: path } }] };
			});
		},
	};
}

/** `server/rendering/worker.ts` becomes `rendering-worker`. */
function programName(entry: string): string {
	return entry
		.replace(/^[^/]+\//, "")
		.replace(/\.ts$/, "")
		.replaceAll("/", "-");
}

const OWN_FOLDER = /\b__(dirname|filename)\b/;

/** Packages that read files of theirs at run time, and the folders that hold these. */
const READ_AT_RUN_TIME: Readonly<Record<string, readonly string[]>> = {
	"@fastify/swagger-ui": ["static"],
};

/** Packages that ask where they are only for something that is not used here, with what that is. */
const NEVER_ASKED: Readonly<Record<string, string>> = {
	"@fastify/swagger": "the title, where none is given",
	commander: "nothing: only its comments do",
	pino: "transports, which are threads",
	"thread-stream": "pino's transports",
	undici: "nicer stack traces",
};

/**
 * Lets packages find the files that they read at run time: these are put beside the bundle.
 * @param found gets these folders: where they are by where they are to be, relative to the bundle
 */
export function filesOfPackages(found: Map<string, string>): Plugin {
	const names = Object.keys(READ_AT_RUN_TIME).join("|");
	return {
		name: "files of packages",
		setup(build) {
			build.onLoad({ filter: new RegExp(`/node_modules/(${names})/.*\\.c?js$`) }, ({ path }) => {
				const contents = readFileSync(path, "utf8");
				if (!OWN_FOLDER.test(contents)) return undefined;
				const { name, folder } = packageOf(path);
				for (const each of READ_AT_RUN_TIME[name] ?? []) found.set(`${name}/${each}`, join(folder, each));
				const place = JSON.stringify(`${name}/${relative(folder, dirname(path))}`);
				const definition = `const __dirname = require("node:path").join(furnaceFolder, ${place});\n`;
				return { contents: `${definition}${contents}`, loader: "js" };
			});
		},
	};
}

/** @returns those of a bundle's files whose package asks for its folder without anybody having looked why */
export function askingForTheirFolder(root: string, files: readonly string[]): string[] {
	return files.filter((file) => {
		if (!file.includes("node_modules/") || !/\.[cm]?js$/.test(file)) return false;
		const { name } = packageOf(file);
		const isKnown = name in NEVER_ASKED || name in READ_AT_RUN_TIME;
		return !isKnown && OWN_FOLDER.test(readFileSync(join(root, file), "utf8"));
	});
}

/** @returns the package that a file below node_modules belongs to */
export function packageOf(path: string): { name: string; folder: string } {
	const marker = "node_modules/";
	const start = path.lastIndexOf(marker) + marker.length;
	const [scope = "", rest = ""] = path.slice(start).split("/");
	const name = scope.startsWith("@") ? `${scope}/${rest}` : scope;
	return { name, folder: path.slice(0, start) + name };
}
