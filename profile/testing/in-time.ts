/** Longest that one damaged input may take. */
const LONGEST_MILLISECONDS = 1000;

/**
 * Reads one input, and again when it took too long: a busy machine makes anything wait, but hardly three times.
 * @returns how many milliseconds it took
 * @throws whatever `read` does, and when it took too long each time
 */
export async function inTime(read: () => void | Promise<void>): Promise<number> {
	let took = Number.POSITIVE_INFINITY;
	for (let tries = 0; tries < 3 && took > LONGEST_MILLISECONDS; tries++) {
		const begun = performance.now();
		await read();
		took = performance.now() - begun;
	}
	if (took > LONGEST_MILLISECONDS) throw new Error(`it took ${Math.round(took)} ms`);
	return took;
}
