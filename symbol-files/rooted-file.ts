import { closeSync, constants, fstatSync, openSync, readlinkSync } from "node:fs";

/** Names a place without opening what is there: no FIFO is waited for, no device is touched. */
const O_PATH = 0o10000000;
const FOLDER = O_PATH | constants.O_NOFOLLOW | constants.O_DIRECTORY;
const PLACE = O_PATH | constants.O_NOFOLLOW;
const READ = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
/** As many as the kernel follows. */
const MOST_LINKS = 40;
const MOST_PARTS = 256;

/**
 * Opens a regular file below a folder whose contents somebody hostile may change at any moment: every part of the path is
 * opened by itself, below the one before, and links are followed by hand, so that none leads out of the folder.
 * @param root such as `/proc/123/root`
 * @param path absolute, as seen from there
 * @returns a descriptor to read from; undefined: there is no such file
 */
export function openInRoot(root: string, path: string): number | undefined {
	/** folders from the root to where we are */
	const folders: number[] = [];
	try {
		folders.push(openSync(root, O_PATH | constants.O_DIRECTORY));
		return walk(folders, partsOf(path));
	} catch {
		return undefined;
	} finally {
		for (const folder of folders) closeSync(folder);
	}
}

function walk(folders: number[], parts: string[]): number | undefined {
	let links = 0;
	for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
		if (part === "..") {
			if (folders.length > 1) closeSync(folders.pop() as number);
			continue;
		}
		const place = `/proc/self/fd/${folders[folders.length - 1]}/${part}`;
		const isLast = parts.length === 0;
		const found = openPlace(place, isLast);
		if (typeof found === "string") {
			if (++links > MOST_LINKS || parts.length > MOST_PARTS) return undefined;
			if (found.startsWith("/")) for (const folder of folders.splice(1)) closeSync(folder);
			parts.unshift(...partsOf(found));
		} else if (!isLast) folders.push(found);
		else return readable(found);
	}
	return undefined;
}

/** @returns a descriptor, or where a link leads */
function openPlace(place: string, isLast: boolean): number | string {
	if (!isLast) {
		try {
			return openSync(place, FOLDER);
		} catch (error) {
			if (!isCode(error, "ENOTDIR") && !isCode(error, "ELOOP")) throw error;
			return readlinkSync(place);
		}
	}
	const found = openSync(place, PLACE);
	if (!fstatSync(found).isSymbolicLink()) return found;
	closeSync(found);
	return readlinkSync(place);
}

/** @param place a descriptor that only names a file; closed */
function readable(place: number): number | undefined {
	try {
		// what it names cannot be exchanged any more
		return fstatSync(place).isFile() ? openSync(`/proc/self/fd/${place}`, READ) : undefined;
	} finally {
		closeSync(place);
	}
}

function partsOf(path: string): string[] {
	return path.split("/").filter((part) => part !== "" && part !== ".");
}

function isCode(error: unknown, code: string): boolean {
	return (error as NodeJS.ErrnoException).code === code;
}
