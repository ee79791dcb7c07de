import { grow } from "./growing.ts";

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

/** Sums of integers by row: quick as long as a sum fits a double exactly, and exact beyond. */
export class ExactColumn {
	#sums = new Float64Array(64);
	/** what rows had when a sum last grew over 2^53; the row went on from 0 */
	readonly #spilled = new Map<number, bigint>();

	/** @param value an integer */
	add(row: number, value: number | bigint): void {
		if (row >= this.#sums.length) this.#sums = grow(this.#sums, row + 1);
		if (typeof value === "number") {
			const sum = this.#sums[row] + value;
			if (Number.isSafeInteger(sum)) {
				this.#sums[row] = sum;
				return;
			}
		}
		this.#spill(row, value);
	}

	/** @returns the sums of the first `length` rows; one that needs more than 64 bits stops at their end */
	toInt64(length: number): BigInt64Array<ArrayBuffer> {
		const column = new BigInt64Array(length);
		for (let row = 0; row < length; row++) column[row] = BigInt(this.#sums[row] ?? 0);
		for (const [row, value] of this.#spilled) {
			const sum = value + BigInt(this.#sums[row]);
			column[row] = sum > INT64_MAX ? INT64_MAX : sum < INT64_MIN ? INT64_MIN : sum;
		}
		return column;
	}

	#spill(row: number, value: number | bigint): void {
		const sum = BigInt(this.#sums[row]) + BigInt(value);
		if (sum >= Number.MIN_SAFE_INTEGER && sum <= Number.MAX_SAFE_INTEGER) {
			this.#sums[row] = Number(sum);
			return;
		}
		this.#spilled.set(row, (this.#spilled.get(row) ?? 0n) + sum);
		this.#sums[row] = 0;
	}
}
