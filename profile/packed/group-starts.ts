/** Where each group begins when groups of these sizes stand one after the other. */
export function startsOf(counts: ArrayLike<number>): Float64Array {
	const starts = new Float64Array(counts.length + 1);
	for (let index = 0; index < counts.length; index++) starts[index + 1] = starts[index] + counts[index];
	return starts;
}
