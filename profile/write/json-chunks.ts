const ITEMS_PER_CHUNK = 8192;

/**
 * A JSON array in pieces, so that a long one is never one string.
 * @param length number of items
 * @param item the JSON of the item at an index
 */
export function* jsonArrayChunks(length: number, item: (index: number) => string): Generator<string> {
	yield "[";
	for (let start = 0; start < length; start += ITEMS_PER_CHUNK) {
		const items: string[] = [];
		for (let index = start; index < Math.min(start + ITEMS_PER_CHUNK, length); index++)
			items.push(item(index));
		yield (start === 0 ? "" : ",") + items.join(",");
	}
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
