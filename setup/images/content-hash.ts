import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";

/**
 * @param paths files, and folders for all files below them; what is not there counts as not there
 * @param salt what else the result depends on
 * @returns hex; the same whenever names (relative to `root`) and contents are
 */
export function contentHash(
	root: string,
	paths: readonly string[],
	{ salt = "", accept = () => true }: { salt?: string; accept?: (path: string) => boolean } = {},
): string {
	const hash = createHash("sha256").update(salt);
	const files = paths.flatMap((path) => filesBelow(join(root, path))).filter(accept);
	for (const file of files.sort()) {
		const content = readFileSync(file);
		hash.update(`\0${relative(root, file)}\0${content.length}\0`).update(content);
	}
	return hash.digest("hex");
}

function filesBelow(path: string): string[] {
	const entry = statSync(path, { throwIfNoEntry: false });
	if (entry === undefined) return [];
	if (!entry.isDirectory()) return [path];
	return readdirSync(path, { withFileTypes: true, recursive: true })
		.filter((file) => file.isFile())
		.map((file) => join(file.parentPath, file.name));
}
