import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Metafile } from "esbuild";
import { packageOf } from "./esbuild-plugins.ts";

/** What packages carry of others without saying so in a file of their own. */
const CARRIED: Readonly<Record<string, string>> = {
	"@fastify/swagger-ui":
		"static/ holds Swagger UI, Copyright SmartBear Software Inc. (Apache-2.0: https://www.apache.org/licenses/LICENSE-2.0)",
};
const RULE = "-".repeat(80);

interface Manifest {
	name: string;
	version: string;
	license?: string;
	author?: string | { name?: string };
}

/** @returns for every package of which a bundle holds some code: its name, version and licence, with what its licence files say */
export function thirdPartyNotices(root: string, metafile: Metafile): string {
	const notices = packageFolders(metafile).map((folder) => noticeOf(join(root, folder)));
	return [...new Set(notices)].sort().join(`\n\n${RULE}\n\n`).concat("\n");
}

function packageFolders({ outputs }: Metafile): string[] {
	const inputs = Object.values(outputs).flatMap((output) => Object.keys(output.inputs));
	const ofPackages = inputs.filter((path) => path.includes("node_modules/"));
	return [...new Set(ofPackages.map((path) => packageOf(path).folder))];
}

function noticeOf(folder: string): string {
	const { name, version, license, author } = JSON.parse(
		readFileSync(join(folder, "package.json"), "utf8"),
	) as Manifest;
	const texts = readdirSync(folder)
		.filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
		.sort()
		.map((file) => readFileSync(join(folder, file), "utf8").trim());
	const by = typeof author === "string" ? author : author?.name;
	const title = `${name} ${version} (${license ?? "see below"})`;
	const carried = CARRIED[name] === undefined ? [] : [CARRIED[name]];
	return [title, ...carried, ...(texts.length > 0 ? texts : [`Copyright: ${by ?? "its authors"}`])].join(
		"\n\n",
	);
}
