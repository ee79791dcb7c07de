/** Items are gathered to about this size, in UTF-16 units. */
const CHUNK_SIZE = 64 * 1024;

/**
 * A JSON array in pieces, so that a long one is never one string.
 * @param length number of items
 * @param item the JSON of the item at an index
 */
export function* jsonArrayChunks(length: number, item: (index: number) => string): Generator<string> {
	yield "[";
	let text = "";
	for (let index = 0; index < length; index++) {
		text += index === 0 ? item(index) : `,${item(index)}`;
		if (text.length < CHUNK_SIZE) continue;
		yield text;
		text = "";
	}
	yield text;
	yield "]";
}

/** A JSON object in pieces: each value as it is, or an array's items. */
export function* jsonObjectChunks(
	entries: readonly (readonly [string, string | Iterable<string>])[],
): Generator<string> {
	for (const [index, [key, value]] of entries.entries()) {
		yield `${index === 0 ? "{" : ","}${JSON.stringify(key)}:`;
		if (typeof value === "string") yield value;
		else yield* value;
	}
	yield "}";
}
