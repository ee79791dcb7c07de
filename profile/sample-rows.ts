import { ExactColumn } from "./exact-column.ts";
import { grow } from "./growing.ts";
import type { SampleTable } from "./model.ts";
import { PairTable } from "./pair-table.ts";

/**
 * Sums samples up, a row for each thread and leaf. A leaf is a stack, or whatever tells samples of one stack apart until
 * the end, when their stacks may become different ones.
 */
export class SampleRows {
	readonly #keys = new PairTable();
	readonly #values: readonly ExactColumn[];
	#stack = new Int32Array(64);
	/** no two rows are of one stack and thread */
	#isDistinct = true;

	constructor(valueTypes: number) {
		this.#values = Array.from({ length: valueTypes }, () => new ExactColumn());
	}

	/** @returns the row */
	add(stack: number, thread: number, values: readonly (number | bigint)[], leaf: number): number {
		const known = this.#keys.length;
		const row = this.#keys.intern(leaf, thread);
		if (row === known) {
			this.#stack = grow(this.#stack, row + 1);
			this.#stack[row] = stack;
			if (leaf !== stack) this.#isDistinct = false;
		}
		for (let index = 0; index < this.#values.length; index++) this.#values[index].add(row, values[index]);
		return row;
	}

	/** @param stacks what has become of each stack */
	moveTo(stacks: Int32Array): void {
		for (let row = 0; row < this.#keys.length; row++) this.#stack[row] = stacks[this.#stack[row]];
		this.#isDistinct = false;
	}

	/**
	 * @param stackOfLeaf absent: the stacks that the samples were added with
	 * @returns a copy in which each stack and thread has one row
	 */
	table(stackOfLeaf?: Int32Array): SampleTable {
		const { length } = this.#keys;
		const values = this.#values.map((column) => column.toInt64(length));
		const merged = this.#merged(stackOfLeaf);
		if (merged === undefined) {
			const thread = this.#keys.second.slice(0, length);
			return { length, stack: this.#stack.slice(0, length), thread, values };
		}
		const { pairs, rowOf } = merged;
		return {
			length: pairs.length,
			stack: pairs.first.slice(0, pairs.length),
			thread: pairs.second.slice(0, pairs.length),
			values: values.map((column) => summed(column, rowOf, pairs.length)),
		};
	}

	/** @returns where each row is to be found in the table; undefined: the rows are the same */
	numbers(stackOfLeaf?: Int32Array): Uint32Array | undefined {
		return this.#merged(stackOfLeaf)?.rowOf;
	}

	/** @returns of so many stacks the sum of the first value */
	weights(stacks: number, stackOfLeaf?: Int32Array): Float64Array {
		const weights = new Float64Array(stacks);
		const values = this.#values[0].toInt64(this.#keys.length);
		for (let row = 0; row < values.length; row++) {
			weights[stackOfLeaf?.[this.#keys.first[row]] ?? this.#stack[row]] += Number(values[row]);
		}
		return weights;
	}

	#merged(stackOfLeaf?: Int32Array): { pairs: PairTable; rowOf: Uint32Array } | undefined {
		if (stackOfLeaf === undefined && this.#isDistinct) return undefined;
		const { first, second, length } = this.#keys;
		const pairs = new PairTable();
		const rowOf = new Uint32Array(length);
		for (let row = 0; row < length; row++) {
			rowOf[row] = pairs.intern(stackOfLeaf?.[first[row]] ?? this.#stack[row], second[row]);
		}
		return { pairs, rowOf };
	}
}

function summed(column: BigInt64Array, rowOf: Uint32Array, length: number): BigInt64Array {
	const sums = new BigInt64Array(length);
	for (let row = 0; row < column.length; row++) sums[rowOf[row]] += column[row];
	return sums;
}
