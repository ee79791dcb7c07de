import { joined } from "../joined.ts";
import { ProfileFormatError } from "../model.ts";

/** A piece of a stream, and the whole stream as if that had not been taken from it. */
export interface Peeked {
	readonly head: Uint8Array;
	readonly chunks: AsyncIterable<Uint8Array>;
}

/**
 * Looks at the beginning of a stream.
 * @param length of the piece in bytes; a shorter stream gives what it has
 */
export async function peek(chunks: AsyncIterable<Uint8Array>, length: number): Promise<Peeked> {
	const source = chunks[Symbol.asyncIterator]();
	const taken: Uint8Array[] = [];
	let size = 0;
	while (size < length) {
		const next = await source.next();
		if (next.done) break;
		taken.push(next.value);
		size += next.value.length;
	}
	return { head: inOnePiece(taken).subarray(0, length), chunks: rest(taken, source) };
}

async function* rest(taken: Uint8Array[], source: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
	try {
		for (let chunk = taken.shift(); chunk !== undefined; chunk = taken.shift()) yield chunk;
		for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
	} finally {
		await source.return?.();
	}
}

/** Passes a stream on and tells how far it came. */
export async function* counted(
	chunks: AsyncIterable<Uint8Array>,
	onProgress: (bytesRead: number) => void,
): AsyncGenerator<Uint8Array> {
	let read = 0;
	for await (const chunk of chunks) {
		read += chunk.length;
		onProgress(read);
		yield chunk;
	}
}

/**
 * Passes on at most so many bytes.
 * @throws ProfileFormatError when there are more
 */
export async function* atMost(
	chunks: AsyncIterable<Uint8Array>,
	maxBytes: number,
): AsyncGenerator<Uint8Array> {
	let read = 0;
	for await (const chunk of chunks) {
		read += chunk.length;
		if (read > maxBytes) throw new ProfileFormatError("input", maxBytes, `more than ${maxBytes} bytes`);
		yield chunk;
	}
}

/** The whole stream in one piece; bound it by `atMost` before. */
export async function gather(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
	const taken: Uint8Array[] = [];
	for await (const chunk of chunks) taken.push(chunk);
	return inOnePiece(taken);
}

/** Not copied where it is one already. */
function inOnePiece(chunks: readonly Uint8Array[]): Uint8Array {
	return chunks.length === 1 ? chunks[0] : joined(chunks);
}
