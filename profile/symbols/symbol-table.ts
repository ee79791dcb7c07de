import { cleanText } from "../frame-name.ts";
import { countUpTo } from "./count-up-to.ts";
import type { Demangle } from "./demangle.ts";
import { ElfError, type ElfFile, SECTION_TYPE } from "./elf.ts";
import { addSymbols, hasFullSymbols, symbolCount } from "./elf-symbols.ts";
import { readGoFunctions } from "./go-functions.ts";
import { addPlt } from "./plt-symbols.ts";
import { MOST_SYMBOLS, SymbolEntries } from "./symbol-entries.ts";
import type { SymbolizedFile } from "./symbols.ts";

/** The file that was mapped, and the one with its symbols where that is another: a file of debug information. */
export interface SymbolFiles {
	/** has the segments, `.dynsym` and the PLT */
	readonly loaded: ElfFile;
	/** has `.symtab`; absent: the mapped file itself */
	readonly debug?: ElfFile | undefined;
}

/** Symbols and their names of one file; those of the largest browsers take half of it. */
const MOST_BYTES = 160 * 2 ** 20;
/** `memcpy@@GLIBC_2.14`: which of several versions, of interest to linkers alone. */
const VERSION = /@@?[A-Z][\w.]*$/;
const PAGE = 4096;
/** How far back a symbol that spans others is looked for. */
const ENCLOSING_STEPS = 64;
/** Names compared at one place; linkers that fold equal functions leave some dozens there, a hostile file any number. */
const MOST_ALIASES = 256;
/** Characters of names compared in one file; a hostile one has long names at every place. */
const MOST_COMPARED = 64 * 2 ** 20;
/** What a table takes for each symbol. */
const TABLE_BYTES = 24;
/** Places below this and an index below MOST_SYMBOLS fit into one exact number. */
const PLACES_FIT_BELOW = 2 ** 32;

/**
 * The names of a file's functions from its symbol tables and its PLT; of a stripped Go program, from what its runtime needs.
 * @param demangle applied when a name is first shown
 * @returns undefined: the file has none (stripped)
 * @throws ElfError
 */
export function readSymbolTable(
	{ loaded, debug }: SymbolFiles,
	demangle: Demangle,
): SymbolizedFile | undefined {
	const full = debug ?? loaded;
	checkSize(loaded);
	checkSize(full);
	const goFunctions = hasFullSymbols(full) ? undefined : readGoFunctions(loaded);
	const entries = new SymbolEntries(
		symbolCount(full, SECTION_TYPE.symbols) +
			2 * symbolCount(loaded, SECTION_TYPE.dynamicSymbols) +
			(goFunctions?.count ?? 0),
	);
	// the full table comes first: of two that are equal the first one counts
	addSymbols(full, SECTION_TYPE.symbols, loaded, entries);
	goFunctions?.addTo(entries);
	addSymbols(loaded, SECTION_TYPE.dynamicSymbols, loaded, entries);
	addPlt(loaded, entries);
	return entries.length === 0 ? undefined : new SymbolTable(entries, demangle);
}

interface Best {
	readonly end: number;
	readonly name: string;
	/** it says itself how far it reaches */
	readonly isSized: boolean;
}

/** @throws ElfError for what no real file has: a sparse one may claim anything, and cost as much */
function checkSize({ sections }: ElfFile): void {
	let bytes = 0;
	for (const { type, link, size } of sections) {
		if (type !== SECTION_TYPE.symbols && type !== SECTION_TYPE.dynamicSymbols) continue;
		bytes += size + (sections[link]?.size ?? 0);
	}
	if (bytes > MOST_BYTES) throw new ElfError("its symbols are absurdly large");
}

/** Names by place. Which of several at one place is the best, and how it reads, is found out when one is shown. */
class SymbolTable implements SymbolizedFile {
	readonly #entries: SymbolEntries;
	readonly #demangle: Demangle;
	/** entries by place, those at one place as they came */
	readonly #order: Int32Array;
	/** distinct places, ascending, and where each begins in #order */
	readonly #places: Float64Array;
	readonly #first: Int32Array;
	/** size of the longest symbol at each place: most places are ruled out by it, without comparing names */
	readonly #longest: Float64Array;
	/** characters of names that were compared */
	#compared = 0;
	readonly #best = new Map<number, Best>();

	readonly bytes: number;

	constructor(entries: SymbolEntries, demangle: Demangle) {
		this.#entries = entries;
		this.bytes = entries.bytes + TABLE_BYTES * entries.length;
		this.#demangle = demangle;
		this.#order = orderOf(entries.start.subarray(0, entries.length));
		const { start, size } = entries;
		const places = new Float64Array(this.#order.length);
		const longest = new Float64Array(this.#order.length);
		const first = new Int32Array(this.#order.length + 1);
		let count = 0;
		for (let index = 0; index < this.#order.length; index++) {
			const entry = this.#order[index];
			if (count === 0 || places[count - 1] !== start[entry]) {
				places[count] = start[entry];
				first[count++] = index;
			}
			if (size[entry] > longest[count - 1]) longest[count - 1] = size[entry];
		}
		first[count] = this.#order.length;
		this.#places = places.subarray(0, count);
		this.#longest = longest.subarray(0, count);
		this.#first = first;
	}

	nameOf(address: number): string | undefined {
		const nearest = countUpTo(this.#places, address) - 1;
		let label: string | undefined;
		for (let place = nearest; place >= 0 && place > nearest - ENCLOSING_STEPS; place--) {
			if (address >= this.#endOf(place, this.#longest[place])) continue;
			const { end, name, isSized } = this.#bestAt(place);
			if (address >= end) continue;
			if (isSized) return name;
			// a label, which may stand inside a function
			label ??= name;
		}
		return label;
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
		const last = Math.min(this.#first[place + 1], this.#first[place] + MOST_ALIASES);
		for (let index = this.#first[place] + 1; index < last; index++) {
			const candidate = this.#order[index];
			if (rank[candidate] < rank[best] || this.#compared > MOST_COMPARED) continue;
			const candidateName = this.#nameOf(candidate);
			this.#compared += candidateName.length;
			if (rank[candidate] === rank[best] && !isBetterName(candidateName, name)) continue;
			best = candidate;
			name = candidateName;
		}
		// kept for as long as the file: not all of a hostile one's names of any length
		name = cleanText(name.replace(VERSION, ""));
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
