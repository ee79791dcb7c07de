/** What `main.ts` ends with, so that a script can tell the cases apart. */
export const EXIT = {
	ok: 0,
	failed: 1,
	usage: 2,
	/** `status`: not running, and nothing left behind */
	down: 3,
	/** this machine cannot run the cluster: tests that need it are skipped with the reason */
	cannotRun: 69,
} as const;

/** The cluster cannot run here, and that is nobody's fault: one line says why. */
export class CannotRunError extends Error {
	override name = "CannotRunError";
}

/** Something that should have worked did not; the message says what and where to look. */
export class ClusterError extends Error {
	override name = "ClusterError";
}

/** One line of progress, on stderr: stdout is for answers. */
export function progress(line: string): void {
	process.stderr.write(`  ${line}\n`);
}

/** Runs a step between a line that says what it is and one that says how long it took, where that is worth a line. */
export async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
	const started = Date.now();
	progress(`${title} ...`);
	const result = await work();
	const seconds = (Date.now() - started) / 1000;
	if (seconds >= 1) progress(`${title}: ${seconds.toFixed(1)} s`);
	return result;
}
