type NumberArray =
	| Uint8Array<ArrayBuffer>
	| Int32Array<ArrayBuffer>
	| Uint32Array<ArrayBuffer>
	| Float64Array<ArrayBuffer>;

/**
 * Makes room in a typed array that is filled from the front.
 * @returns `array` itself while it has room for `length` elements, else a copy at least twice as long
 */
export function grow<T extends NumberArray>(array: T, length: number): T {
	if (length <= array.length) return array;
	const larger = new (array.constructor as new (length: number) => T)(Math.max(length, array.length * 2, 16));
	larger.set(array);
	return larger;
}
