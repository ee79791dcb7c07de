import { countUpTo } from "../count-up-to.ts";

/** Finds what lies at an address among ranges that hardly overlap. */
export class RangeIndex {
	readonly #low: Float64Array;
	readonly #high: Float64Array;
	readonly #item: Int32Array;

	/** @param low ascending */
	constructor(low: Float64Array, high: Float64Array, item: Int32Array) {
		this.#low = low;
		this.#high = high;
		this.#item = item;
	}

	get bytes(): number {
		return this.#low.length * 20;
	}

	/** @returns the item of the smallest range that an address lies in; -1: it lies in none */
	smallestAt(address: number): number {
		let best = -1;
		let smallest = Number.POSITIVE_INFINITY;
		const last = countUpTo(this.#low, address) - 1;
		for (let at = last; at >= 0 && at > last - OVERLAPPING; at--) {
			const size = this.#high[at] - this.#low[at];
			if (address >= this.#high[at] || size >= smallest) continue;
			best = this.#item[at];
			smallest = size;
		}
		return best;
	}
}

/** How far back a range is looked for that spans others. */
const OVERLAPPING = 64;

/** @param item of each range; -1: it is left out */
export function indexRanges(low: Float64Array, high: Float64Array, item: Int32Array): RangeIndex {
	const order = Int32Array.from(low.keys())
		.filter((at) => item[at] !== -1)
		.sort((a, b) => low[a] - low[b] || a - b);
	return new RangeIndex(
		Float64Array.from(order, (at) => low[at]),
		Float64Array.from(order, (at) => high[at]),
		order.map((at) => item[at]),
	);
}
