import type { Demangle } from "./demangle.ts";
import { type ElfFile, type ElfSection, number64, SECTION_TYPE, textAt } from "./elf.ts";
import type { SymbolizedFile } from "./symbols.ts";

/** The file that was mapped, and the one with its symbols where that is another: a file of debug information. */
export interface SymbolFiles {
	/** has the segments, `.dynsym` and the PLT */
	readonly loaded: ElfFile;
	/** has `.symtab`; absent: the mapped file itself */
	readonly debug?: ElfFile | undefined;
}

interface NameTable {
	readonly text: DataView<ArrayBuffer>;
	/** put behind each name */
	readonly suffix: string;
}

const TYPE = { none: 0, object: 1, function: 2, indirect: 10 } as const;
const BINDING = { global: 1, weak: 2 } as const;
const HIDDEN = 2;
const SHF_ALLOC = 2;
/** Section indices from here on are no sections: absolute, common. */
const RESERVED_SECTIONS = 0xff00;
/** `memcpy@@GLIBC_2.14`: which of several versions, of interest to linkers alone. */
const VERSION = /@@?[A-Z][\w.]*$/;
const PAGE = 4096;
/** How far back a symbol that spans others is looked for. */
const ENCLOSING_STEPS = 64;
/** Symbols of a file that are read at most, in the order of the file: the largest browsers have 1.5 million. */
const MOST_SYMBOLS = 2 ** 21;
/** Places below this and an index below MOST_SYMBOLS fit into one exact number. */
const PLACES_FIT_BELOW = 2 ** 32;

/**
 * The names of a file's functions from its symbol tables and its PLT.
 * @param demangle applied when a name is first shown
 * @returns undefined: the file has none (stripped)
 * @throws ElfError
 */
export function readSymbolTable(
	{ loaded, debug }: SymbolFiles,
	demangle: Demangle,
): SymbolizedFile | undefined {
	const full = debug ?? loaded;
	const entries = new Entries(
		symbolCount(full, SECTION_TYPE.symbols) + 2 * symbolCount(loaded, SECTION_TYPE.dynamicSymbols),
	);
	// the full table comes first: of two that are equal the first one counts
	addSymbols(full, SECTION_TYPE.symbols, loaded, entries);
	addSymbols(loaded, SECTION_TYPE.dynamicSymbols, loaded, entries);
	addPlt(loaded, entries);
	return entries.length === 0 ? undefined : new SymbolTable(entries, demangle);
}

/** All symbols of a file, as they come. */
class Entries {
	length = 0;
	/** offset in the file */
	readonly start: Float64Array;
	readonly size: Float64Array;
	/** what to choose by where several stand at one place, the higher the better; names decide among equals */
	readonly rank: Uint8Array;
	/** which string table holds the name, and where in it */
	readonly table: Uint8Array;
	readonly nameOffset: Uint32Array;
	readonly tables: NameTable[] = [];

	constructor(capacity: number) {
		const room = Math.min(capacity, MOST_SYMBOLS);
		this.start = new Float64Array(room);
		this.size = new Float64Array(room);
		this.rank = new Uint8Array(room);
		this.table = new Uint8Array(room);
		this.nameOffset = new Uint32Array(room);
	}

	get isFull(): boolean {
		return this.length >= this.start.length;
	}

	add(start: number, size: number, rank: number, nameOffset: number): void {
		const index = this.length++;
		this.start[index] = start;
		this.size[index] = size;
		this.rank[index] = rank;
		this.table[index] = this.tables.length - 1;
		this.nameOffset[index] = nameOffset;
	}

	nameOf(index: number, demangle: Demangle): string {
		const { text, suffix } = this.tables[this.table[index]];
		return demangle(textAt(text, this.nameOffset[index])) + suffix;
	}
}

function symbolCount(elf: ElfFile, type: number): number {
	const section = elf.sections.find((one) => one.type === type);
	return section === undefined ? 0 : Math.floor(section.size / symbolBytes(elf));
}

function symbolBytes({ is64 }: ElfFile): number {
	return is64 ? 24 : 16;
}

function addSymbols(elf: ElfFile, type: number, loaded: ElfFile, entries: Entries): void {
	const section = elf.sections.find((one) => one.type === type);
	const strings = section && elf.sections[section.link];
	if (section === undefined || strings === undefined) return;
	const table = elf.bytesOf(section);
	entries.tables.push({ text: elf.bytesOf(strings), suffix: "" });
	const { is64 } = elf;
	const bytes = symbolBytes(elf);
	const [infoAt, valueAt, sizeAt] = is64 ? [4, 8, 16] : [12, 4, 8];
	const uses = elf.sections.map(useOf);
	const toOffset = offsetsIn(loaded);
	for (let at = bytes; at + bytes <= table.byteLength && !entries.isFull; at += bytes) {
		const sectionIndex = table.getUint16(at + infoAt + 2, true);
		const use = sectionIndex < RESERVED_SECTIONS ? (uses[sectionIndex] ?? USE.none) : USE.none;
		if (sectionIndex === 0 || use === USE.none) continue;
		const info = table.getUint8(at + infoAt);
		const kind = info & 15;
		const isCode = kind === TYPE.function || kind === TYPE.indirect || kind === TYPE.object;
		// labels in assembly; what a linker put in has no place in a section of code or data
		const isLabel =
			kind === TYPE.none && use === USE.named && (table.getUint8(at + infoAt + 1) & 3) !== HIDDEN;
		if (!isCode && !isLabel) continue;
		const value = is64 ? number64(table, at + valueAt) : table.getUint32(at + valueAt, true);
		const size = is64 ? number64(table, at + sizeAt) : table.getUint32(at + sizeAt, true);
		entries.add(
			toOffset(value, elf.sections[sectionIndex]),
			size,
			rankOf(size, info >> 4),
			table.getUint32(at, true),
		);
	}
}

/** What symbols in a section are good for. */
const USE = { none: 0, loaded: 1, named: 2 } as const;

function useOf({ flags, name }: ElfSection): number {
	if (flags % (2 * SHF_ALLOC) < SHF_ALLOC) return USE.none;
	return /text|data/.test(name) ? USE.named : USE.loaded;
}

/** @returns where in the mapped file an address lies: by the segment that holds it, else by its section */
function offsetsIn({ segments }: ElfFile): (value: number, section: ElfSection) => number {
	let last = segments[0];
	return (value, section) => {
		if (last === undefined || value < last.address || value >= last.address + last.fileSize) {
			const found = segments.find(({ address, fileSize }) => value >= address && value < address + fileSize);
			if (found === undefined) return value - section.address + section.offset;
			last = found;
		}
		return value - last.address + last.offset;
	};
}

/** In turn: has a size, is not weak, is global. */
function rankOf(size: number, binding: number): number {
	return (size > 0 ? 4 : 0) + (binding === BINDING.weak ? 0 : 2) + (binding === BINDING.global ? 1 : 0);
}

/** Calls of other libraries go through the PLT, whose entries have no symbols of their own. */
function addPlt(elf: ElfFile, entries: Entries): void {
	const relocations = elf.sections.find(({ name }) => name === ".rela.plt" || name === ".rel.plt");
	const symbols = relocations && elf.sections[relocations.link];
	const strings = symbols && elf.sections[symbols.link];
	if (relocations === undefined || symbols === undefined || strings === undefined) return;
	const offsets = pltNameOffsets(elf, relocations, symbols);
	entries.tables.push({ text: elf.bytesOf(strings), suffix: "@plt" });
	// the first entry of .plt calls the linker; .plt.sec has none such
	for (const [sectionName, first] of [
		[".plt", 1],
		[".plt.sec", 0],
	] as const) {
		const section = elf.sections.find(({ name }) => name === sectionName);
		if (section === undefined) continue;
		const entryBytes = section.entrySize > 0 ? section.entrySize : 16;
		const room = Math.max(0, Math.floor(section.size / entryBytes) - first);
		for (let index = 0; index < Math.min(offsets.length, room) && !entries.isFull; index++) {
			entries.add(section.offset + entryBytes * (index + first), entryBytes, 0, offsets[index]);
		}
	}
}

/** @returns of each entry's symbol, where its name stands */
function pltNameOffsets(elf: ElfFile, relocations: ElfSection, symbols: ElfSection): number[] {
	const table = elf.bytesOf(relocations);
	const symbolTable = elf.bytesOf(symbols);
	const smallest = elf.is64 ? 16 : 8;
	const entryBytes = Math.max(relocations.entrySize, smallest);
	const bytes = symbolBytes(elf);
	const offsets: number[] = [];
	for (let at = 0; at + entryBytes <= table.byteLength && offsets.length < MOST_SYMBOLS; at += entryBytes) {
		const symbol = elf.is64 ? table.getUint32(at + 12, true) : table.getUint32(at + 4, true) >>> 8;
		const place = symbol * bytes;
		offsets.push(place + bytes <= symbolTable.byteLength ? symbolTable.getUint32(place, true) : 0);
	}
	return offsets;
}

interface Best {
	readonly end: number;
	readonly name: string;
	/** it says itself how far it reaches */
	readonly isSized: boolean;
}

/** Names by place. Which of several at one place is the best, and how it reads, is found out when one is shown. */
class SymbolTable implements SymbolizedFile {
	readonly #entries: Entries;
	readonly #demangle: Demangle;
	/** entries by place, those at one place as they came */
	readonly #order: Int32Array;
	/** distinct places, ascending, and where each begins in #order */
	readonly #places: Float64Array;
	readonly #first: Int32Array;
	readonly #best = new Map<number, Best>();

	constructor(entries: Entries, demangle: Demangle) {
		this.#entries = entries;
		this.#demangle = demangle;
		this.#order = orderOf(entries.start.subarray(0, entries.length));
		const { start } = entries;
		const places = new Float64Array(this.#order.length);
		const first = new Int32Array(this.#order.length + 1);
		let count = 0;
		for (let index = 0; index < this.#order.length; index++) {
			const place = start[this.#order[index]];
			if (count > 0 && places[count - 1] === place) continue;
			places[count] = place;
			first[count++] = index;
		}
		first[count] = this.#order.length;
		this.#places = places.subarray(0, count);
		this.#first = first;
	}

	nameOf(address: number): string | undefined {
		const nearest = countUpTo(this.#places, address) - 1;
		let label: string | undefined;
		for (let place = nearest; place >= 0 && place > nearest - ENCLOSING_STEPS; place--) {
			if (address >= this.#reachOf(place)) continue;
			const { end, name, isSized } = this.#bestAt(place);
			if (address >= end) continue;
			if (isSized) return name;
			// a label, which may stand inside a function
			label ??= name;
		}
		return label;
	}

	/** The farthest end of all symbols at one place: cheap, no names are compared. */
	#reachOf(place: number): number {
		const { size } = this.#entries;
		let longest = 0;
		for (let index = this.#first[place]; index < this.#first[place + 1]; index++) {
			longest = Math.max(longest, size[this.#order[index]]);
		}
		return this.#endOf(place, longest);
	}

	/** One without a size reaches to the next, the last one to the end of the page after its own. */
	#endOf(place: number, size: number): number {
		const start = this.#places[place];
		if (size > 0) return start + size;
		return place + 1 < this.#places.length ? this.#places[place + 1] : (Math.ceil(start / PAGE) + 1) * PAGE;
	}

	#bestAt(place: number): Best {
		const known = this.#best.get(place);
		if (known !== undefined) return known;
		const { rank, size } = this.#entries;
		let best = this.#order[this.#first[place]];
		let name = this.#nameOf(best);
		for (let index = this.#first[place] + 1; index < this.#first[place + 1]; index++) {
			const candidate = this.#order[index];
			if (rank[candidate] < rank[best]) continue;
			const candidateName = this.#nameOf(candidate);
			if (rank[candidate] === rank[best] && !isBetterName(candidateName, name)) continue;
			best = candidate;
			name = candidateName;
		}
		name = name.replace(VERSION, "");
		const found = { end: this.#endOf(place, size[best]), name, isSized: size[best] > 0 };
		this.#best.set(place, found);
		return found;
	}

	#nameOf(entry: number): string {
		return this.#entries.nameOf(entry, this.#demangle);
	}
}

/** Fewer underscores in front, then the longer one. */
function isBetterName(candidate: string, best: string): boolean {
	const underscores = leadingUnderscores(best) - leadingUnderscores(candidate);
	return underscores === 0 ? candidate.length > best.length : underscores > 0;
}

function leadingUnderscores(name: string): number {
	return /^_*/.exec(name)?.[0].length ?? 0;
}

/** By start, those at one place as they came: both in one number where they fit, since plain numbers sort natively. */
function orderOf(start: Float64Array): Int32Array {
	const order = new Int32Array(start.length);
	const keys = new Float64Array(start.length);
	for (let index = 0; index < start.length; index++) {
		order[index] = index;
		if (start[index] < 0 || start[index] >= PLACES_FIT_BELOW) {
			return Int32Array.from(start.keys()).sort((a, b) => start[a] - start[b] || a - b);
		}
		keys[index] = start[index] * MOST_SYMBOLS + index;
	}
	keys.sort();
	for (let index = 0; index < keys.length; index++) order[index] = keys[index] % MOST_SYMBOLS;
	return order;
}

/** @returns how many are not above `value` */
function countUpTo(sorted: Float64Array, value: number): number {
	let low = 0;
	let high = sorted.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (sorted[middle] <= value) low = middle + 1;
		else high = middle;
	}
	return low;
}
