import { constants, type FileHandle, open, readFile } from "node:fs/promises";

/** Code addresses are looked up by the page they are on. */
const PAGE = 4096;
/** A piece of compiled code larger than this is a mistake in the map. */
const LARGEST_CODE = 16 * 2 ** 20;
/** Bounds for one process's map: a file that is not ours may be of any size. */
const MOST_ENTRIES = 1_000_000;
const MOST_BYTES = 256 * 2 ** 20;
/** Samples wait for a refresh, so it may not take long; the rest is read the next time. */
const MOST_BYTES_AT_ONCE = 16 * 2 ** 20;
const READ_SIZE = 256 * 1024;
const LONGEST_LINE = 64 * 1024;

const LINE = /^([0-9a-f]{1,16}) ([0-9a-f]{1,8}) (.+)$/;

/**
 * The names that a JIT compiler gives to its code, as it writes them: `/tmp/perf-PID.map`, in lines of start and size (hex)
 * and a name. `perf script` reads such a map once, when it first meets the process; code compiled later would have no name,
 * and code that took the place of older code the wrong one.
 */
export class JitMap {
	readonly #pid: number;
	readonly #starts: number[] = [];
	readonly #ends: number[] = [];
	readonly #names: string[] = [];
	/** entries that touch a page, oldest first */
	readonly #pages = new Map<number, number[]>();
	#file: FileHandle | undefined;
	#offset = 0;
	#rest = "";
	readonly #decoder = new TextDecoder();

	/** @param pid as the agent sees it; the map is named by the PID that the process sees */
	constructor(pid: number) {
		this.#pid = pid;
	}

	/** The newest name for an address. */
	nameOf(address: number): string | undefined {
		const entries = this.#pages.get(Math.floor(address / PAGE)) ?? [];
		const found = entries.findLast((entry) => address >= this.#starts[entry] && address < this.#ends[entry]);
		return found === undefined ? undefined : this.#names[found];
	}

	/** Reads what the compiler has added since the last time; without a map there is nothing to read. */
	async refresh(): Promise<void> {
		this.#file ??= await openMap(this.#pid);
		if (this.#file === undefined) return;
		const buffer = Buffer.allocUnsafe(READ_SIZE);
		const end = Math.min(this.#offset + MOST_BYTES_AT_ONCE, MOST_BYTES);
		while (this.#offset < end) {
			const { bytesRead } = await this.#file.read(buffer, 0, READ_SIZE, this.#offset);
			if (bytesRead === 0 || this.#names.length >= MOST_ENTRIES) return;
			this.#offset += bytesRead;
			this.#push(this.#decoder.decode(buffer.subarray(0, bytesRead), { stream: true }));
		}
	}

	async close(): Promise<void> {
		await this.#file?.close();
		this.#file = undefined;
	}

	#push(text: string): void {
		const lines = (this.#rest + text).split("\n");
		this.#rest = (lines.pop() ?? "").slice(0, LONGEST_LINE);
		for (const line of lines) {
			const match = LINE.exec(line);
			if (match !== null) this.#add(Number.parseInt(match[1], 16), Number.parseInt(match[2], 16), match[3]);
		}
	}

	#add(start: number, size: number, name: string): void {
		if (size === 0 || size > LARGEST_CODE || this.#names.length >= MOST_ENTRIES) return;
		const entry = this.#names.push(name) - 1;
		this.#starts.push(start);
		this.#ends.push(start + size);
		const last = Math.floor((start + size - 1) / PAGE);
		for (let page = Math.floor(start / PAGE); page <= last; page++) {
			const entries = this.#pages.get(page);
			if (entries === undefined) this.#pages.set(page, [entry]);
			else entries.push(entry);
		}
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
 * write to: links are not followed, and it must belong to the process's user or to root, as perf demands, too.
 */
async function openMap(pid: number): Promise<FileHandle | undefined> {
	let file: FileHandle | undefined;
	try {
		const status = await readFile(`/proc/${pid}/status`, "utf8");
		const innerPid = /^NSpid:.*?(\d+)\s*$/m.exec(status)?.[1] ?? String(pid);
		const user = Number(/^Uid:\s*(\d+)/m.exec(status)?.[1]);
		const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
		file = await open(`/proc/${pid}/root/tmp/perf-${innerPid}.map`, flags);
		const found = await file.stat();
		if (found.isFile() && (found.uid === user || found.uid === 0)) return file;
	} catch {
		// no map, or not ours to read: perf's own names, or none, are what there is
	}
	await file?.close();
	return undefined;
}
