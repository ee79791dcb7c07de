import { ClusterError } from "./outcomes.ts";

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Asks again and again until the answer is yes. An error counts as "not yet"; the last one is the cause when time is up.
 * @throws ClusterError
 */
export async function until(
	what: string,
	timeoutMs: number,
	holds: () => boolean | Promise<boolean>,
): Promise<void> {
	const deadline = performance.now() + timeoutMs;
	let cause: unknown;
	do {
		try {
			if (await holds()) return;
			cause = undefined;
		} catch (error) {
			if (error instanceof ClusterError) throw error;
			cause = error;
		}
		await sleep(50);
	} while (performance.now() < deadline);
	throw new ClusterError(`${what}: not so after ${timeoutMs / 1000} s${cause ? ` (${String(cause)})` : ""}`, {
		cause,
	});
}
