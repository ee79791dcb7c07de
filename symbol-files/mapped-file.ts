import { closeSync, constants, fstatSync, openSync } from "node:fs";
import type { MappedFile } from "../profile/read/perf-data/mappings.ts";
import { openInRoot } from "./rooted-file.ts";

const DELETED = / \(deleted\)$/;

export function rootOf(pid: number): string {
	return `/proc/${pid}/root`;
}

/**
 * The file at its path, or the mapped one itself where that path now leads to another or to none.
 * @param pid of a process that has it; undefined: of none that may still live
 * @param otherRoots folders in which it is looked for when the process that mapped it is gone
 * @returns a descriptor of a regular file
 */
export function openMapped(
	file: MappedFile,
	pid: number | undefined,
	otherRoots: readonly string[],
): number | undefined {
	if (pid === undefined) return openInRoots(otherRoots, file.path);
	if (DELETED.test(file.path)) return openMapFile(file);
	for (const root of [rootOf(pid), ...otherRoots]) {
		const descriptor = openInRoot(root, file.path);
		if (descriptor === undefined) continue;
		if (isInode(descriptor, file)) return descriptor;
		// some file systems number their files one way here and another there: then this is it all the same
		const mapped = openMapFile(file);
		if (mapped === undefined) return descriptor;
		closeSync(descriptor);
		return mapped;
	}
	return openMapFile(file);
}

function openInRoots(roots: readonly string[], path: string): number | undefined {
	for (const root of roots) {
		const descriptor = openInRoot(root, path);
		if (descriptor !== undefined) return descriptor;
	}
	return undefined;
}

function isInode(descriptor: number, { inode }: MappedFile): boolean {
	return inode === "" || inode.split(":")[2] === String(fstatSync(descriptor).ino);
}

/** What is mapped, whatever became of its path; needs more rights than the path does. */
function openMapFile({ pid, start, end }: MappedFile): number | undefined {
	try {
		const range = `${start.toString(16)}-${end.toString(16)}`;
		const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
		return regular(openSync(`/proc/${pid}/map_files/${range}`, flags));
	} catch {
		return undefined;
	}
}

function regular(descriptor: number): number | undefined {
	if (fstatSync(descriptor).isFile()) return descriptor;
	closeSync(descriptor);
	return undefined;
}
