/** What could not be done, in the words for whoever waits for it. */
export class ImageError extends Error {
	override name = "ImageError";
}

const SAY_AGAIN_MS = 15_000;

/** One line of progress, on stderr. */
export function progress(line: string): void {
	process.stderr.write(`  ${line}\n`);
}

/** Runs a step between a line that says what it is and one that says how long it took; long ones say that they go on. */
export async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
	const started = performance.now();
	const seconds = () => ((performance.now() - started) / 1000).toFixed(1);
	progress(`${title} ...`);
	const timer = setInterval(() => progress(`${title} ... ${seconds()} s`), SAY_AGAIN_MS);
	try {
		const result = await work();
		progress(`${title}: ${seconds()} s`);
		return result;
	} finally {
		clearInterval(timer);
	}
}
