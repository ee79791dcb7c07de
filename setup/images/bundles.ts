import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BuildOptions, build, type Metafile, type OutputFile } from "esbuild";
import { contentHash } from "./content-hash.ts";
import { askingForTheirFolder, filesOfPackages, ownFileAddresses } from "./esbuild-plugins.ts";
import { BUNDLES_FOLDER, FURNACE_IMAGES, type FurnaceImage, PROGRAM_ROOMS } from "./programs.ts";
import { ImageError, step } from "./progress.ts";
import { thirdPartyNotices } from "./third-party.ts";

/**
 * CommonJS packages call `require` for Node's own modules, and ask where their files are. The names are odd so that they
 * meet none of the bundle's own.
 */
const BANNER = [
	'import { createRequire as furnaceCreateRequire } from "node:module";',
	"const require = furnaceCreateRequire(import.meta.url);",
	"const furnaceFolder = import.meta.dirname;",
].join("\n");

const OPTIONS = {
	bundle: true,
	splitting: true,
	format: "esm",
	platform: "node",
	target: "node24",
	outExtension: { ".js": ".mjs" },
	chunkNames: "chunk-[hash]",
	banner: { js: BANNER },
	metafile: true,
	write: false,
	logLevel: "silent",
} as const satisfies BuildOptions;

/** Bundles every program unless that was done from exactly these sources. */
export async function ensureBundles(root: string): Promise<void> {
	const stamp = join(root, BUNDLES_FOLDER, ".bundled");
	const wanted = hashOfSources(root);
	if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
	const unfinished = join(root, `${BUNDLES_FOLDER}.unfinished`);
	rmSync(unfinished, { recursive: true, force: true });
	await step("Bundling the programs", async () => {
		for (const image of FURNACE_IMAGES) await bundleImage(root, image, join(unfinished, image.name));
	});
	writeFileSync(join(unfinished, ".bundled"), wanted);
	rmSync(join(root, BUNDLES_FOLDER), { recursive: true, force: true });
	renameSync(unfinished, join(root, BUNDLES_FOLDER));
}

/** @param folder made; gets the programs, what they share and what they read at run time */
export async function bundleImage(root: string, image: FurnaceImage, folder: string): Promise<void> {
	mkdirSync(folder, { recursive: true });
	const { outputFiles, metafile, packageFiles } = await bundle(root, image.programs, folder);
	for (const { path, contents } of outputFiles) writeFileSync(path, contents);
	for (const [place, source] of packageFiles) cpSync(source, join(folder, place), { recursive: true });
	writeFileSync(join(folder, "THIRD-PARTY.txt"), thirdPartyNotices(root, metafile));
	if (image.hasPage)
		cpSync(join(root, "ui/dist"), join(folder, "web"), { recursive: true, filter: isPublic });
}

interface Bundle {
	outputFiles: OutputFile[];
	metafile: Metafile;
	/** folders to copy: where they are by where they are to be */
	packageFiles: Map<string, string>;
}

/** ES modules for one folder: the programs share chunks, and import.meta.url means that folder in each. */
async function bundle(root: string, programs: FurnaceImage["programs"], folder: string): Promise<Bundle> {
	const packageFiles = new Map<string, string>();
	const result = await runEsbuild({
		absWorkingDir: root,
		entryPoints: await withThreads(root, programs),
		outdir: folder,
		plugins: [ownFileAddresses(root, new Map(), packageFiles), filesOfPackages(packageFiles)],
	});
	const unknown = askingForTheirFolder(root, Object.keys(result.metafile.inputs));
	if (unknown.length > 0) {
		throw new ImageError(
			`Say in setup/images/esbuild-plugins.ts which of their files these read: ${unknown.join(", ")}`,
		);
	}
	return { ...result, packageFiles };
}

/** @returns the programs and those that they start in threads of their own, found without looking into packages */
async function withThreads(
	root: string,
	programs: FurnaceImage["programs"],
): Promise<FurnaceImage["programs"]> {
	const found = new Map<string, string>();
	await runEsbuild({
		absWorkingDir: root,
		entryPoints: programs,
		outdir: root,
		packages: "external",
		plugins: [ownFileAddresses(root, found)],
	});
	const threads = [...found].filter(([name]) => !(name in programs));
	if (threads.length === 0) return programs;
	return withThreads(root, { ...programs, ...Object.fromEntries(threads) });
}

function runEsbuild(options: BuildOptions) {
	return build({ ...options, ...OPTIONS }).catch((cause) => {
		throw new ImageError(`The programs cannot be bundled: ${cause.message}`, { cause });
	});
}

function hashOfSources(root: string): string {
	return contentHash(
		root,
		[...PROGRAM_ROOMS, "setup/images", "ui/dist", "package.json", "package-lock.json"],
		{
			salt: process.version,
			accept: (path) => !path.includes(".test."),
		},
	);
}

function isPublic(path: string): boolean {
	return !path.endsWith(".furnace-built");
}
