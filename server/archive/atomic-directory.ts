import { mkdtemp, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

/** A file of the new folder: text, or an existing file of the same file system that is moved there. */
export type NewFile = { text: string } | { moveFrom: string };

/**
 * Makes a folder with these files appear as a whole or not at all, even when the machine loses power: files first,
 * synced, then the rename. A folder that stands there already is replaced.
 */
export async function storeDirectory(
	path: string,
	temporaryDirectory: string,
	files: Readonly<Record<string, NewFile>>,
): Promise<void> {
	const temporary = await mkdtemp(join(temporaryDirectory, "new-"));
	try {
		for (const [name, file] of Object.entries(files)) await writeFile(join(temporary, name), file);
		await syncDirectory(temporary);
		await renameOver(temporary, path, temporaryDirectory);
		await syncDirectory(dirname(path));
	} catch (error) {
		await rm(temporary, { recursive: true, force: true });
		throw error;
	}
}

async function renameOver(from: string, to: string, temporaryDirectory: string): Promise<void> {
	try {
		await rename(from, to);
	} catch (error) {
		if (!isThereAlready(error)) throw error;
		await deleteDirectory(to, temporaryDirectory);
		await rename(from, to);
	}
}

/** Removes a folder as a whole: out of sight by one rename, then piece by piece. */
export async function deleteDirectory(path: string, temporaryDirectory: string): Promise<void> {
	const temporary = await mkdtemp(join(temporaryDirectory, "old-"));
	try {
		await rename(path, join(temporary, "deleted"));
		await syncDirectory(dirname(path));
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
	} finally {
		await rm(temporary, { recursive: true, force: true });
	}
}

async function writeFile(path: string, file: NewFile): Promise<void> {
	if ("moveFrom" in file) await rename(file.moveFrom, path);
	const handle = await open(path, "moveFrom" in file ? "r" : "wx", 0o600);
	try {
		if ("text" in file) await handle.writeFile(file.text);
		await handle.sync();
	} finally {
		await handle.close();
	}
}

/** A rename counts only once the folder that holds the name is on disk. */
export async function syncDirectory(directory: string): Promise<void> {
	const handle = await open(directory, "r");
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}

function isThereAlready(error: unknown): boolean {
	const { code } = error as NodeJS.ErrnoException;
	return code === "ENOTEMPTY" || code === "EEXIST";
}
