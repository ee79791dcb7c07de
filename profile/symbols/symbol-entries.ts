import type { Demangle } from "./demangle.ts";
import { type ElfFile, type ElfSection, textAt } from "./elf.ts";

/** Symbols of a file that are read at most, in the order of the file: the largest browsers have 1.5 million. */
export const MOST_SYMBOLS = 2 ** 21;

/** What an entry takes, over all columns. */
const ENTRY_BYTES = 22;

interface NameTable {
	readonly text: DataView<ArrayBuffer>;
	/** put behind each name */
	readonly suffix: string;
}

/** All symbols of a file, as they come. */
export class SymbolEntries {
	length = 0;
	/** offset in the file */
	readonly start: Float64Array;
	readonly size: Float64Array;
	/** what to choose by where several stand at one place, the higher the better; names decide among equals */
	readonly rank: Uint8Array;
	/** which string table holds the name, and where in it */
	readonly #table: Uint8Array;
	readonly #nameOffset: Uint32Array;
	readonly #tables: NameTable[] = [];

	constructor(capacity: number) {
		const room = Math.min(capacity, MOST_SYMBOLS);
		this.start = new Float64Array(room);
		this.size = new Float64Array(room);
		this.rank = new Uint8Array(room);
		this.#table = new Uint8Array(room);
		this.#nameOffset = new Uint32Array(room);
	}

	/** what they take in memory, their names included */
	get bytes(): number {
		const names = new Set(this.#tables.map(({ text }) => text.buffer));
		const ofNames = [...names].reduce((sum, { byteLength }) => sum + byteLength, 0);
		return ENTRY_BYTES * this.start.length + ofNames;
	}

	get isFull(): boolean {
		return this.length >= this.start.length;
	}

	/** The names of what is added from now on. */
	nameBy(text: DataView<ArrayBuffer>, suffix = ""): void {
		this.#tables.push({ text, suffix });
	}

	/** @param nameOffset in the names in use */
	add(start: number, size: number, rank: number, nameOffset: number): void {
		const index = this.length++;
		this.start[index] = start;
		this.size[index] = size;
		this.rank[index] = rank;
		this.#table[index] = this.#tables.length - 1;
		this.#nameOffset[index] = nameOffset;
	}

	nameOf(index: number, demangle: Demangle): string {
		const { text, suffix } = this.#tables[this.#table[index]];
		return demangle(textAt(text, this.#nameOffset[index])) + suffix;
	}
}

/**
 * Where in a file an address lies that its segments load: by the segment that holds it, else by its section. This one rule
 * serves programs at fixed addresses, those that may lie anywhere, and libraries that prelink has moved.
 */
export function fileOffsets({ segments }: ElfFile): (address: number, section: ElfSection) => number {
	let last = segments[0];
	return (address, section) => {
		if (last === undefined || address < last.address || address >= last.address + last.fileSize) {
			const found = segments.find(
				(each) => address >= each.address && address < each.address + each.fileSize,
			);
			if (found === undefined) return address - section.address + section.offset;
			last = found;
		}
		return address - last.address + last.offset;
	};
}
