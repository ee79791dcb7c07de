import { grow } from "../../growing.ts";
import { countUpTo } from "../count-up-to.ts";

/** Code from `low` up to and without `high`, whose rows ascend by address. */
interface Sequence {
	readonly low: number;
	readonly high: number;
	readonly firstRow: number;
	readonly endRow: number;
}

/** Which line each address of a unit was compiled from. */
export class LineTable {
	#length = 0;
	#address = new Float64Array(FIRST);
	#file = new Uint32Array(FIRST);
	#line = new Uint32Array(FIRST);
	readonly #sequences: Sequence[] = [];
	#lows = new Float64Array();
	#firstRow = 0;

	/** Bytes that it holds. */
	get bytes(): number {
		return this.#address.length * 16 + this.#sequences.length * 60;
	}

	/** Adds a row to the sequence under way; of several at one address the last one counts. */
	add(address: number, file: number, line: number): void {
		const last = this.#length - 1;
		if (last >= this.#firstRow) {
			if (this.#file[last] === file && this.#line[last] === line) return;
			// backwards: some assemblers do so
			if (address < this.#address[last]) this.endSequence(this.#address[last]);
			else if (address === this.#address[last]) {
				this.#file[last] = file;
				this.#line[last] = line;
				return;
			}
		}
		const row = this.#length++;
		this.#address = grow(this.#address, row + 1);
		this.#file = grow(this.#file, row + 1);
		this.#line = grow(this.#line, row + 1);
		this.#address[row] = address;
		this.#file[row] = file;
		this.#line[row] = line;
	}

	/** @param high where the code of the sequence ends */
	endSequence(high: number): void {
		const low = this.#address[this.#firstRow];
		// what a linker left out of the program stays at 0
		if (this.#length > this.#firstRow && low > 0 && low < high) {
			this.#sequences.push({ low, high, firstRow: this.#firstRow, endRow: this.#length });
		} else this.#length = this.#firstRow;
		this.#firstRow = this.#length;
	}

	/** To be called when all have been added. */
	finish(): void {
		this.#length = this.#firstRow;
		this.#sequences.sort((a, b) => a.low - b.low);
		this.#lows = Float64Array.from(this.#sequences, ({ low }) => low);
	}

	/** @returns a file as the table numbers it, and a line; undefined: nothing is known of the address */
	at(address: number): { file: number; line: number } | undefined {
		const last = countUpTo(this.#lows, address) - 1;
		for (let index = last; index >= 0 && index > last - OVERLAPPING; index--) {
			const { high, firstRow, endRow } = this.#sequences[index];
			if (address >= high) continue;
			const row = firstRow + countUpTo(this.#address.subarray(firstRow, endRow), address) - 1;
			return { file: this.#file[row], line: this.#line[row] };
		}
		return undefined;
	}
}

const FIRST = 64;
/** How far back a sequence is looked for that spans others. */
const OVERLAPPING = 16;
