import type { Readable, Writable } from "node:stream";

/** What a program is connected to. */
export interface Terminal {
	readonly stdin: Readable;
	readonly stdout: Writable & { readonly isTTY?: boolean };
	readonly stderr: Writable & { readonly isTTY?: boolean };
	/** aborted when the user wants it to end */
	readonly signal: AbortSignal;
}

/** Exit codes, as `--help` tells them. */
export const EXIT = { done: 0, failure: 1, usage: 2, interrupted: 130 } as const;

/** Something that the user is told in a line, and no fault of the program. */
export class CommandError extends Error {
	override name = "CommandError";
	readonly exitCode: number;

	constructor(message: string, exitCode: number = EXIT.failure, options?: ErrorOptions) {
		super(message, options);
		this.exitCode = exitCode;
	}
}
