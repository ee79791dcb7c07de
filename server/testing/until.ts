import { setTimeout as wait } from "node:timers/promises";

const PATIENCE_MILLISECONDS = 60_000;

/**
 * Waits until something is true.
 * @throws Error: it never was
 */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
	const end = performance.now() + PATIENCE_MILLISECONDS;
	while (!(await holds())) {
		if (performance.now() > end) throw new Error(`Waited in vain until ${holds}`);
		await wait(10);
	}
}
