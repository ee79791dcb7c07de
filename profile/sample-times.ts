import { grow } from "./growing.ts";
import type { SampleTimes } from "./model.ts";

/** Gathers when samples were taken: in any order, though nearly always in that of time. */
export class SampleTimeColumns {
	#sample = new Uint32Array(64);
	#nanoseconds = new Float64Array(64);
	#length = 0;
	#inOrder = true;

	get length(): number {
		return this.#length;
	}

	/** @param row of the sample table */
	push(row: number, nanoseconds: number): void {
		const index = this.#length++;
		this.#sample = grow(this.#sample, index + 1);
		this.#nanoseconds = grow(this.#nanoseconds, index + 1);
		if (index > 0 && nanoseconds < this.#nanoseconds[index - 1]) this.#inOrder = false;
		this.#sample[index] = row;
		this.#nanoseconds[index] = nanoseconds;
	}

	/** A copy in the order of time; what has the same time stays as it came. */
	sorted(): SampleTimes {
		const sample = this.#sample.slice(0, this.#length);
		const nanoseconds = this.#nanoseconds.slice(0, this.#length);
		if (this.#inOrder) return { sample, nanoseconds };
		const order = Uint32Array.from(sample.keys()).sort((a, b) => nanoseconds[a] - nanoseconds[b] || a - b);
		return {
			sample: order.map((at) => sample[at]),
			nanoseconds: Float64Array.from(order, (at) => nanoseconds[at]),
		};
	}
}
