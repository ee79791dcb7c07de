/** Strings are gathered to about this size, in UTF-16 units, before they are encoded. */
const CHUNK_SIZE = 64 * 1024;

/** What a writer makes, in chunks of bytes worth sending: texts in UTF-8, bytes as they are. A writer makes one of the two. */
export async function* encodedChunks(
	chunks: Iterable<string | Uint8Array> | AsyncIterable<string>,
): AsyncGenerator<Uint8Array> {
	const encoder = new TextEncoder();
	let text = "";
	for await (const chunk of chunks) {
		if (typeof chunk !== "string") {
			if (chunk.length > 0) yield chunk;
			continue;
		}
		text += chunk;
		if (text.length < CHUNK_SIZE) continue;
		yield encoder.encode(text);
		text = "";
	}
	if (text !== "") yield encoder.encode(text);
}
