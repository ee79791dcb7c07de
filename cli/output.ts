import { once } from "node:events";
import { createWriteStream, realpathSync, renameSync, rmSync, statSync } from "node:fs";
import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { OutputError } from "./failure.ts";
import { CommandError, EXIT, type Terminal } from "./terminal.ts";

export interface OutputOptions {
	/** file to write; undefined and `-`: standard output */
	readonly path: string | undefined;
	/** what is written is not for eyes: it never goes to a terminal */
	readonly isBinary: boolean;
	/** compress with gzip */
	readonly gzip: boolean;
}

/**
 * Writes chunks to a file or to standard output. A file is there as a whole or not at all: what was there before stays
 * until all is written.
 * @throws CommandError for bytes that would go to a terminal
 * @throws OutputError where no file can be written
 */
export async function writeOutput(
	chunks: AsyncIterable<Uint8Array>,
	{ path, isBinary, gzip }: OutputOptions,
	terminal: Terminal,
): Promise<void> {
	const compressed = gzip ? compress(chunks, terminal.signal) : chunks;
	if (path !== undefined && path !== "-") return writeFile(compressed, path, terminal.signal);
	if (isBinary && terminal.stdout.isTTY) {
		throw new CommandError(
			"This format is binary, and standard output is a terminal: use -o FILE or a pipe.",
			EXIT.usage,
		);
	}
	for await (const chunk of compressed) await write(terminal.stdout, chunk);
}

async function write(stream: Writable, chunk: Uint8Array): Promise<void> {
	if (!stream.write(chunk)) await once(stream, "drain");
}

function compress(chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncIterable<Uint8Array> {
	const gzip = createGzip();
	// what goes wrong is thrown to whoever reads from it
	pipeline(chunks, gzip, { signal }).catch((error: Error) => gzip.destroy(error));
	return gzip;
}

async function writeFile(
	chunks: AsyncIterable<Uint8Array>,
	path: string,
	signal: AbortSignal,
): Promise<void> {
	try {
		const target = placeOf(path);
		if (!target.isRegular) return await pipeline(chunks, createWriteStream(target.path), { signal });
		await replaceFile(chunks, target.path, signal);
	} catch (cause) {
		throw new OutputError(path, cause);
	}
}

async function replaceFile(
	chunks: AsyncIterable<Uint8Array>,
	path: string,
	signal: AbortSignal,
): Promise<void> {
	const unfinished = `${path}.${process.pid}.unfinished`;
	try {
		await pipeline(chunks, createWriteStream(unfinished, { flags: "wx" }), { signal });
		renameSync(unfinished, path);
	} catch (error) {
		rmSync(unfinished, { force: true });
		throw error;
	}
}

/**
 * Where a path leads: a link's file is replaced, and not the link; a device or a pipe is written to as it is. A pipe's link
 * (`/dev/stdout`) has no real path.
 */
function placeOf(path: string): { path: string; isRegular: boolean } {
	const status = statSync(path, { throwIfNoEntry: false });
	if (status?.isFile() === false) return { path, isRegular: false };
	return { path: status === undefined ? path : realpathSync(path), isRegular: true };
}
