/** Code addresses are looked up by the page they are on. */
const PAGE = 4096;
/** A piece of compiled code larger than this is a mistake in the map. */
const LARGEST_CODE = 16 * 2 ** 20;
/** Bound for one process's map: a file that is not ours may be of any size. */
const MOST_ENTRIES = 1_000_000;
const LONGEST_LINE = 64 * 1024;
/** What an entry takes besides its line, and each page that it touches. */
const ENTRY_BYTES = 64;
const PAGE_BYTES = 32;

/** What maps may take in memory together, in bytes: of a process that compiles much, some ten million. */
export interface JitRoom {
	left: number;
}

export function jitRoom(): JitRoom {
	return { left: 128 * 2 ** 20 };
}

const LINE = /^([0-9a-f]{1,16}) ([0-9a-f]{1,8}) (.+)$/;

/** Names of compiled code, from the text of a `perf-PID.map`: lines of start and size (hex) and a name. */
export class JitCode {
	readonly #starts: number[] = [];
	readonly #ends: number[] = [];
	readonly #names: string[] = [];
	/** entries that touch a page, oldest first */
	readonly #pages = new Map<number, number[]>();
	readonly #decoder = new TextDecoder();
	readonly #room: JitRoom;
	#rest = "";

	/** @param room shared with other maps; default: its own */
	constructor(room = jitRoom()) {
		this.#room = room;
	}

	/** Takes no more entries. */
	get isFull(): boolean {
		return this.#names.length >= MOST_ENTRIES || this.#room.left <= 0;
	}

	push(bytes: Uint8Array): void {
		const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split("\n");
		this.#rest = (lines.pop() ?? "").slice(0, LONGEST_LINE);
		for (const line of lines) {
			const match = LINE.exec(line);
			if (match === null || this.isFull) continue;
			// a name that was cut out of a text holds all of it
			this.#room.left -= line.length;
			this.#add(Number.parseInt(match[1], 16), Number.parseInt(match[2], 16), match[3]);
		}
	}

	/** The newest name for an address. */
	nameOf(address: number): string | undefined {
		const entries = this.#pages.get(Math.floor(address / PAGE)) ?? [];
		// no more of them fit on a page, unless all but the newest have been replaced
		const oldest = Math.max(0, entries.length - PAGE);
		for (let at = entries.length - 1; at >= oldest; at--) {
			const entry = entries[at];
			if (address >= this.#starts[entry] && address < this.#ends[entry]) return this.#names[entry];
		}
		return undefined;
	}

	#add(start: number, size: number, name: string): void {
		if (size === 0 || size > LARGEST_CODE) return;
		const entry = this.#names.push(name) - 1;
		this.#starts.push(start);
		this.#ends.push(start + size);
		const first = Math.floor(start / PAGE);
		const last = Math.floor((start + size - 1) / PAGE);
		this.#room.left -= ENTRY_BYTES + PAGE_BYTES * (last - first + 1);
		for (let page = first; page <= last; page++) {
			const entries = this.#pages.get(page);
			if (entries === undefined) this.#pages.set(page, [entry]);
			else entries.push(entry);
		}
	}
}
