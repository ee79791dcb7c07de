import { ProfileFormatError } from "../model.ts";
import { atMost, peek } from "./chunks.ts";
import { isZstd, unzstd } from "./zstd.ts";

/** Somebody compressed what was compressed already; more often than this nobody does. */
const MOST_LAYERS = 3;
const MAGIC_LENGTH = 4;

/**
 * Undoes gzip and zstd, told by their first bytes, also around each other; any other stream passes as it is.
 * @param maxBytes longest that the stream may become, on any layer
 * @throws ProfileFormatError for damaged data and for more than `maxBytes`
 */
export async function decompressed(
	chunks: AsyncIterable<Uint8Array>,
	maxBytes: number,
): Promise<AsyncIterable<Uint8Array>> {
	let stream = atMost(chunks, maxBytes);
	for (let layer = 0; ; layer++) {
		const peeked = await peek(stream, MAGIC_LENGTH);
		const undo = isGzip(peeked.head) ? gunzipped : isZstd(peeked.head) ? unzstd : undefined;
		if (undo === undefined) return peeked.chunks;
		if (layer === MOST_LAYERS) {
			throw new ProfileFormatError("input", 0, `compressed more than ${MOST_LAYERS} times`);
		}
		stream = atMost(undo(peeked.chunks), maxBytes);
	}
}

function isGzip(head: Uint8Array): boolean {
	return head[0] === 0x1f && head[1] === 0x8b && head[2] === 8;
}

async function* gunzipped(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	const stream = new DecompressionStream("gzip");
	const reader = stream.readable.getReader();
	const fed = feed(chunks, stream.writable.getWriter());
	let made = 0;
	try {
		for (let next = await reader.read(); !next.done; next = await reader.read()) {
			made += next.value.length;
			yield next.value;
		}
	} catch (cause) {
		throw (await fed) ?? new ProfileFormatError("gzip", made, messageOf(cause), { cause });
	} finally {
		await reader.cancel().catch(() => {});
		await fed;
	}
	const failure = await fed;
	if (failure !== undefined) throw failure;
}

/** @returns what the source itself failed with; what the decompression fails with, its reader hears too */
async function feed(
	chunks: AsyncIterable<Uint8Array>,
	writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>,
): Promise<unknown> {
	const isRefused = (): false => false;
	writer.closed.catch(isRefused);
	try {
		for await (const chunk of chunks) {
			const isTaken = await writer.write(chunk as Uint8Array<ArrayBuffer>).then(() => true, isRefused);
			if (!isTaken) return undefined;
		}
	} catch (error) {
		await writer.abort(error).catch(isRefused);
		return error;
	}
	await writer.close().catch(isRefused);
	return undefined;
}

function messageOf(cause: unknown): string {
	// where the data ends too soon, the decompression says nothing at all
	return (cause instanceof Error ? cause.message : String(cause)) || "ends too soon";
}
