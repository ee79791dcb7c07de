/**
 * Where a value stands among sorted ones, by halving.
 * @param sorted ascending
 * @returns how many are not above `value`
 */
export function countUpTo(sorted: Float64Array, value: number): number {
	let low = 0;
	let high = sorted.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (sorted[middle] <= value) low = middle + 1;
		else high = middle;
	}
	return low;
}
