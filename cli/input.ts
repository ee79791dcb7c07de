import { createReadStream, fstatSync, openSync } from "node:fs";
import { basename } from "node:path";
import { cleanText } from "../profile/frame-name.ts";
import type { Profile } from "../profile/model.ts";
import { peek } from "../profile/read/chunks.ts";
import { type ReadProfileOptions, readProfile } from "../profile/read/read-profile.ts";
import { InputError } from "./failure.ts";
import { Progress } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

/** The path that stands for standard input. */
const STDIN = "-";
const CHUNK_BYTES = 512 * 1024;
/** Far more than a recording has; what must be in memory at once ends sooner by itself. */
const MOST_BYTES = 2 ** 36;
const PERF_MAGICS = ["PERFILE2", "2ELIFREP"];
/** First bytes of gzip and zstd. */
const COMPRESSED = [0x1f, 0x28];

export interface InputOptions {
	/** tell how far it is, whatever standard error is */
	readonly progress?: boolean;
	/** also name inlined functions, source files and lines, where debug information tells */
	readonly inline?: boolean;
}

export interface ReadOptions extends InputOptions {
	/** also read when each sample was taken; default false */
	readonly keepTimes?: boolean;
}

/**
 * Reads a profile in any supported format; what perf.data has addresses of is named by the files of this machine.
 * @throws InputError
 */
export async function readInput(
	path: string,
	{ progress: always = false, inline: inlines = false, keepTimes = false }: ReadOptions,
	terminal: Terminal,
): Promise<Profile> {
	const name = inputName(path);
	try {
		const { stream, size, descriptor } = openInput(path, terminal);
		const progress = new Progress(terminal, { name, size, always });
		const { head, chunks } = await peek(stream, 8);
		const symbols = mayBePerfData(head) ? await symbolsFor(descriptor, inlines) : {};
		try {
			const options = { ...symbols, keepTimes, onProgress: progress.update, maxBytes: MOST_BYTES };
			return (await readProfile(chunks, options)).profile;
		} finally {
			symbols.close?.();
			progress.end();
		}
	} catch (error) {
		throw new InputError(name, error);
	}
}

/** What an input is called in messages. */
function inputName(path: string): string {
	return path === STDIN ? "standard input" : cleanText(path);
}

/** What an input is called in titles. */
export function inputTitle(path: string): string {
	return path === STDIN ? "Profile" : cleanText(basename(path));
}

interface OpenedInput {
	readonly stream: AsyncIterable<Uint8Array>;
	readonly size: number | undefined;
	/** of a regular file, open until the stream has ended */
	readonly descriptor: number | undefined;
}

function openInput(path: string, { stdin, signal }: Terminal): OpenedInput {
	if (path === STDIN) return { stream: untilAborted(stdin, signal), size: undefined, descriptor: undefined };
	const descriptor = openSync(path, "r");
	const status = fstatSync(descriptor);
	const stream = createReadStream(path, { fd: descriptor, highWaterMark: CHUNK_BYTES, signal });
	return status.isFile()
		? { stream, size: status.size, descriptor }
		: { stream, size: undefined, descriptor: undefined };
}

async function* untilAborted(
	stdin: AsyncIterable<Uint8Array> & { destroy(error: Error): unknown },
	signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
	signal.addEventListener("abort", () => stdin.destroy(signal.reason), { once: true });
	yield* stdin;
}

function mayBePerfData(head: Uint8Array): boolean {
	return COMPRESSED.includes(head[0]) || PERF_MAGICS.includes(new TextDecoder("latin1").decode(head));
}

/** Loaded only where it may be needed: demanglers and readers of ELF are a good part of the program. */
async function symbolsFor(
	descriptor: number | undefined,
	inlines: boolean,
): Promise<Pick<ReadProfileOptions, "symbols" | "buildIds" | "inlines"> & { close?(): void }> {
	const { recordedSymbols } = await import("./recorded-symbols.ts");
	return { ...recordedSymbols(descriptor, inlines), inlines };
}
