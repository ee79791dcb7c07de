import { grow } from "../../growing.ts";
import { ElfError } from "../elf.ts";
import { indexRanges, type RangeIndex } from "./range-index.ts";

/** Functions of a unit and what was inlined into them, in columns by scope, each before those inside of it. */
export class Scopes {
	length = 0;
	/** where in .debug_info, counted from the unit's start */
	entry = new Uint32Array(FIRST);
	isInlined = new Int32Array(FIRST);
	/** the first scope that does not lie inside of this one */
	end = new Int32Array(FIRST);
	/** of what is inlined: where it is called, as the line table numbers files */
	callFile = new Uint32Array(FIRST);
	callLine = new Uint32Array(FIRST);
	/** its first range; the last one stands before the next scope's first */
	firstRange = new Int32Array(FIRST);
	rangeCount = 0;
	low = new Float64Array(FIRST);
	high = new Float64Array(FIRST);
	/** functions without a mangled name that say what they are by where they stand, and the entries around them, outermost first */
	readonly enclosing = new Map<number, readonly number[]>();
	#enclosingNames = 0;
	#functions: RangeIndex | undefined;

	/** Bytes that it holds. */
	get bytes(): number {
		return (
			this.entry.length * 24 +
			this.low.length * 16 +
			this.enclosing.size * 100 +
			this.#enclosingNames * 8 +
			(this.#functions?.bytes ?? 0)
		);
	}

	/** @returns the scope; its ranges are to be added next */
	add(entry: number, isInlined: boolean): number {
		const scope = this.length++;
		if (scope + 1 >= this.entry.length) this.#growScopes(scope + 2);
		this.entry[scope] = entry;
		this.isInlined[scope] = isInlined ? 1 : 0;
		this.firstRange[scope] = this.rangeCount;
		this.firstRange[scope + 1] = this.rangeCount;
		return scope;
	}

	/** @param names entries around a function, outermost first */
	nameBy(entry: number, names: readonly number[]): void {
		this.enclosing.set(entry, names);
		this.#enclosingNames += names.length;
	}

	/** Adds one to the last scope. @throws ElfError */
	addRange(low: number, high: number): void {
		if (this.rangeCount === MOST_RANGES) throw new ElfError("a unit has too many ranges");
		const range = this.rangeCount++;
		this.low = grow(this.low, range + 1);
		this.high = grow(this.high, range + 1);
		this.low[range] = low;
		this.high[range] = high;
		this.firstRange[this.length] = this.rangeCount;
	}

	/** To be called when all have been added. */
	finish(): void {
		const functionOf = new Int32Array(this.rangeCount).fill(-1);
		for (let scope = 0; scope < this.length; scope++) {
			if (this.isInlined[scope] === 1) continue;
			functionOf.fill(scope, this.firstRange[scope], this.firstRange[scope + 1]);
		}
		this.#functions = indexRanges(this.low.subarray(0, this.rangeCount), this.high, functionOf);
	}

	/** @returns the scopes that an address lies in, the function first, then what was inlined, deeper and deeper */
	at(address: number): number[] {
		const outermost = this.#functions?.smallestAt(address) ?? -1;
		if (outermost === -1) return [];
		const chain = [outermost];
		let end = this.end[outermost];
		for (let scope = outermost + 1; scope < end; ) {
			if (this.isInlined[scope] === 1 && this.#covers(scope, address)) {
				chain.push(scope);
				end = this.end[scope++];
			} else scope = this.end[scope];
		}
		return chain;
	}

	#covers(scope: number, address: number): boolean {
		for (let range = this.firstRange[scope]; range < this.firstRange[scope + 1]; range++) {
			if (address >= this.low[range] && address < this.high[range]) return true;
		}
		return false;
	}

	#growScopes(length: number): void {
		this.entry = grow(this.entry, length);
		this.isInlined = grow(this.isInlined, length);
		this.end = grow(this.end, length);
		this.callFile = grow(this.callFile, length);
		this.callLine = grow(this.callLine, length);
		this.firstRange = grow(this.firstRange, length);
	}
}

const FIRST = 64;
/** Of one unit; many entries may refer to one long list. */
const MOST_RANGES = 2 ** 20;
