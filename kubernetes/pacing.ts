/** How long to wait between attempts, in milliseconds. */

const FIRST_MS = 1_000;
const LONGEST_MS = 10_000;

/**
 * After the n-th failure in a row (from 0): grows, never below a second, and different for everybody, so that those that
 * lost the API server at the same time do not come back at the same time.
 */
export function delayAfter(failures: number, random: () => number = Math.random): number {
	const most = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 10));
	return FIRST_MS + random() * (most - FIRST_MS / 2);
}

/** @returns a number from `base` to `base + base * spread` */
export function jittered(base: number, spread: number, random: () => number = Math.random): number {
	return base * (1 + spread * random());
}

/** Waits; returns early, without an error, when the signal aborts. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		if (signal.aborted) return resolve();
		const end = () => {
			clearTimeout(timer);
			signal.removeEventListener("abort", end);
			resolve();
		};
		const timer = setTimeout(end, ms);
		signal.addEventListener("abort", end, { once: true });
	});
}
