import { closeSync } from "node:fs";
import { constants, type FileHandle, open, readFile } from "node:fs/promises";
import { JitCode, type JitRoom } from "../../../profile/symbols/jit-code.ts";
import { rootOf } from "../../../symbol-files/mapped-file.ts";
import { openInRoot } from "../../../symbol-files/rooted-file.ts";

/** A file that is not ours may be of any size. */
const MOST_BYTES = 256 * 2 ** 20;
/** Samples wait for a refresh, so it may not take long; the rest is read the next time. */
const MOST_BYTES_AT_ONCE = 16 * 2 ** 20;
const READ_SIZE = 256 * 1024;

/**
 * The names that a JIT compiler gives to its code, as it writes them: `/tmp/perf-PID.map`, in lines of start and size (hex)
 * and a name. `perf script` reads such a map once, when it first meets the process; code compiled later would have no name,
 * and code that took the place of older code the wrong one.
 */
export class JitMap {
	readonly #pid: number;
	readonly #code: JitCode;
	#file: FileHandle | undefined;
	#offset = 0;

	/**
	 * @param pid as the agent sees it; the map is named by the PID that the process sees
	 * @param room shared with other maps; default: its own
	 */
	constructor(pid: number, room?: JitRoom) {
		this.#pid = pid;
		this.#code = new JitCode(room);
	}

	/** The newest name for an address. */
	nameOf(address: number): string | undefined {
		return this.#code.nameOf(address);
	}

	/** Reads what the compiler has added since the last time; without a map there is nothing to read. */
	async refresh(): Promise<void> {
		this.#file ??= await openMap(this.#pid);
		if (this.#file === undefined) return;
		const buffer = Buffer.allocUnsafe(READ_SIZE);
		const end = Math.min(this.#offset + MOST_BYTES_AT_ONCE, MOST_BYTES);
		while (this.#offset < end) {
			const { bytesRead } = await this.#file.read(buffer, 0, READ_SIZE, this.#offset);
			if (bytesRead === 0 || this.#code.isFull) return;
			this.#offset += bytesRead;
			this.#code.push(buffer.subarray(0, bytesRead));
		}
	}

	async close(): Promise<void> {
		await this.#file?.close();
		this.#file = undefined;
	}
}

/** Does the process write such a map? */
export async function hasJitMap(pid: number): Promise<boolean> {
	const file = await openMap(pid);
	await file?.close();
	return file !== undefined;
}

/**
 * The process's own file, seen through its root folder; undefined where there is none. It lies in a folder that everyone may
 * write to, and that may itself be a link: none leads out of the root, and the file must belong to the process's user or to
 * root, as perf demands, too.
 */
async function openMap(pid: number): Promise<FileHandle | undefined> {
	let file: FileHandle | undefined;
	try {
		const status = await readFile(`/proc/${pid}/status`, "utf8");
		const innerPid = /^NSpid:.*?(\d+)\s*$/m.exec(status)?.[1] ?? String(pid);
		const user = Number(/^Uid:\s*(\d+)/m.exec(status)?.[1]);
		file = await openIn(rootOf(pid), `/tmp/perf-${innerPid}.map`);
		if (file === undefined) return undefined;
		const found = await file.stat();
		if (found.isFile() && (found.uid === user || found.uid === 0)) return file;
	} catch {
		// no map, or not ours to read: perf's own names, or none, are what there is
	}
	await file?.close();
	return undefined;
}

async function openIn(root: string, path: string): Promise<FileHandle | undefined> {
	const descriptor = openInRoot(root, path);
	if (descriptor === undefined) return undefined;
	try {
		// a handle is not closed under a read that is under way
		return await open(`/proc/self/fd/${descriptor}`, constants.O_RDONLY | constants.O_NONBLOCK);
	} finally {
		closeSync(descriptor);
	}
}
