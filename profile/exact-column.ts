import { grow } from "./growing.ts";

const HIGH = 2 ** 32;
/** As the machine has the numbers of typed arrays. */
const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
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
		// by halves: a bigint for each row would be an object for each
		const halves = new DataView(column.buffer);
		for (let row = 0; row < Math.min(length, this.#sums.length); row++) {
			const sum = this.#sums[row];
			halves.setInt32(8 * row + (IS_LITTLE_ENDIAN ? 0 : 4), sum, IS_LITTLE_ENDIAN);
			halves.setInt32(8 * row + (IS_LITTLE_ENDIAN ? 4 : 0), Math.floor(sum / HIGH), IS_LITTLE_ENDIAN);
		}
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
