import { setTimeout as wait } from "node:timers/promises";

export interface RetryOptions {
	readonly signal: AbortSignal;
	/** of the first wait, in milliseconds; doubled each time */
	readonly firstWait: number;
	readonly longestWait: number;
	readonly onFailure: (error: unknown, waitMilliseconds: number) => void;
}

/** Trying again would not help. */
export class FinalError extends Error {
	override name = "FinalError";
}

/**
 * Tries until it works, with growing, jittered waits: agents that lost the same server must not come back in step.
 * @throws FinalError from the task, or the signal's reason
 */
export async function retryUntilDone<T>(task: () => Promise<T>, options: RetryOptions): Promise<T> {
	for (let longest = options.firstWait; ; longest = Math.min(longest * 2, options.longestWait)) {
		try {
			return await task();
		} catch (error) {
			options.signal.throwIfAborted();
			if (error instanceof FinalError) throw error;
			const milliseconds = jittered(longest);
			options.onFailure(error, milliseconds);
			await wait(milliseconds, undefined, { signal: options.signal });
		}
	}
}

/** Between a half and the whole. */
export function jittered(milliseconds: number): number {
	return milliseconds * (0.5 + Math.random() / 2);
}
