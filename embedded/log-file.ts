import { openSync, writeSync } from "node:fs";
import type { DestinationStream } from "pino";

/**
 * A log file, made anew. What the disk does not take is lost: a full disk must not stop the program, and pino's own file
 * tries such a line again for ever.
 */
export function openLogFile(path: string): DestinationStream {
	const file = openSync(path, "w", 0o600);
	let isTorn = false;
	return {
		write(line) {
			const bytes = Buffer.from(isTorn ? `\n${line}` : line);
			try {
				isTorn = writeSync(file, bytes) < bytes.length;
			} catch {
				// nowhere is left to say so
			}
		},
	};
}
