import type { Log } from "../../kubernetes/log.ts";

/** Things that happen together are looked at together. */
const GATHER_MS = 50;
const FIRST_BACK_OFF_MS = 500;
const LONGEST_BACK_OFF_MS = 30_000;
/** After a failure something new is a reason to try before the back-off is over, but not at once. */
const RETRY_ON_REQUEST_MS = 1_000;

export interface Loop {
	/** Something may have changed: look soon. Any number of requests before that are one. */
	request(): void;
	/** Ends when the signal aborts. */
	readonly ended: Promise<void>;
}

/**
 * Runs one thing again and again: on request, when it asked for it, and after failures with growing pauses. Never two
 * at a time.
 * @param run @returns ms after which it wants to run again at the latest
 */
export function startLoop(
	run: () => Promise<number>,
	{ signal, log, random = Math.random }: { signal: AbortSignal; log: Log; random?: () => number },
): Loop {
	let isRequested = false;
	let wake = () => {};
	signal.addEventListener("abort", () => wake(), { once: true });
	return {
		request() {
			isRequested = true;
			wake();
		},
		ended: go(),
	};

	async function go(): Promise<void> {
		let failures = 0;
		while (!signal.aborted) {
			isRequested = false;
			let laterMs: number;
			try {
				laterMs = await run();
				failures = 0;
			} catch (error) {
				if (signal.aborted) return;
				laterMs = backOff(failures++, random);
				log.error({ err: error, againMs: Math.round(laterMs) }, "reconciling failed");
			}
			const leastMs = Math.min(laterMs, failures === 0 ? GATHER_MS : RETRY_ON_REQUEST_MS);
			await pause(leastMs);
			if (!isRequested && !signal.aborted) await pause(laterMs - leastMs, () => isRequested);
		}
	}

	/** @param isOver asked whenever there was a request */
	function pause(ms: number, isOver: () => boolean = () => false): Promise<void> {
		return new Promise((resolve) => {
			const timer = setTimeout(end, ms);
			wake = () => {
				if (isOver() || signal.aborted) end();
			};
			function end() {
				clearTimeout(timer);
				wake = () => {};
				resolve();
			}
		});
	}
}

function backOff(failures: number, random: () => number): number {
	const most = Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** Math.min(failures, 10));
	return most * (0.5 + random() / 2);
}
