import { grow } from "../../growing.ts";
import { type Abbreviations, AbbreviationTables } from "./abbreviations.ts";
import { indexRanges, type RangeIndex } from "./range-index.ts";
import { readRanges } from "./ranges.ts";
import type { DebugSections } from "./sections.ts";
import { readUnit, type Unit } from "./unit.ts";
import type { Work } from "./work.ts";

/** All units of a file, found by address and by where their entries stand. */
export class Units {
	readonly sections: DebugSections;
	readonly #tables: AbbreviationTables;
	readonly #work: Work;
	readonly #units: Unit[] = [];
	#low = new Float64Array(64);
	#high = new Float64Array(64);
	#unitOf = new Int32Array(64);
	#ranges = 0;
	#next = 0;
	#index: RangeIndex | undefined;

	constructor(sections: DebugSections, work: Work) {
		this.sections = sections;
		this.#tables = new AbbreviationTables(sections.abbreviations);
		this.#work = work;
	}

	/** Reads the heads of at most so many units. @returns whether that was all @throws ElfError */
	step(most: number): boolean {
		const { info } = this.sections;
		for (let left = most; left > 0 && this.#next < info.size; left--) {
			this.#work.spend(1);
			const { unit, entry } = readUnit(this.sections, this.#tables, this.#next);
			const number = this.#units.push(unit) - 1;
			this.#next = unit.end;
			readRanges({ sections: this.sections, unit, work: this.#work }, entry, (low, high) =>
				this.#add(low, high, number),
			);
		}
		if (this.#next < info.size) return false;
		const count = this.#ranges;
		this.#index ??= indexRanges(this.#low.subarray(0, count), this.#high, this.#unitOf);
		return true;
	}

	/** @returns undefined: none has code there */
	withCodeAt(address: number): Unit | undefined {
		return this.#units[this.#index?.smallestAt(address) ?? -1];
	}

	/** @param place in .debug_info; @returns undefined: no unit is there */
	at(place: number): Unit | undefined {
		let low = 0;
		let high = this.#units.length;
		while (low < high) {
			const middle = (low + high) >>> 1;
			if (this.#units[middle].start <= place) low = middle + 1;
			else high = middle;
		}
		const unit = this.#units[low - 1];
		return unit !== undefined && place >= unit.entries && place < unit.end ? unit : undefined;
	}

	/** @throws ElfError */
	abbreviationsOf(unit: Unit): Abbreviations {
		return this.#tables.at(unit.abbreviations, unit);
	}

	#add(low: number, high: number, unit: number): void {
		const range = this.#ranges++;
		this.#low = grow(this.#low, range + 1);
		this.#high = grow(this.#high, range + 1);
		this.#unitOf = grow(this.#unitOf, range + 1);
		this.#low[range] = low;
		this.#high[range] = high;
		this.#unitOf[range] = unit;
	}
}
