import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { runProgram } from "../program.ts";

export interface Finished {
	readonly code: number;
	readonly stdout: Buffer;
	readonly stderr: string;
}

export interface RunOptions {
	readonly input?: Uint8Array;
	/** standard output and error are terminals */
	readonly isTerminal?: boolean;
}

/** Runs the program in this process. */
export async function run(words: readonly string[], options: RunOptions = {}): Promise<Finished> {
	const { input = new Uint8Array(), isTerminal = false } = options;
	const stdout = Object.assign(new PassThrough(), { isTTY: isTerminal });
	const stderr = Object.assign(new PassThrough(), { isTTY: isTerminal });
	const out = buffer(stdout);
	const errors = text(stderr);
	const stdin = Readable.from([Buffer.from(input)]);
	const code = await runProgram(words, { stdin, stdout, stderr, signal: new AbortController().signal });
	stdout.end();
	stderr.end();
	return { code, stdout: await out, stderr: await errors };
}

/** Starts the program as a process of its own. */
export function start(words: readonly string[]): ChildProcessWithoutNullStreams {
	return spawn(process.execPath, [join(import.meta.dirname, "../main.ts"), ...words]);
}
