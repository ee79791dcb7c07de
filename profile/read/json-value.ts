import { CLOSE_ARRAY, CLOSE_OBJECT, COLON, JsonText, OPEN_ARRAY, OPEN_OBJECT, QUOTE } from "./json-text.ts";

/** Which numbers are taken for an array of them. */
export interface NumberColumn {
	/** what a `null` becomes; absent: it is refused */
	readonly ifNull?: number;
}

/**
 * A value of a JSON text, looked at where it stands: nothing is made of what nobody asks for, so that memory does not
 * grow with what the text holds besides. Whatever is not as asked throws ProfileFormatError with its offset.
 *
 * What is passed over is only matched by its brackets and quotes; it may be nested as deeply as it likes.
 */
export class JsonValue {
	readonly offset: number;
	readonly #text: JsonText;

	private constructor(text: JsonText, at: number) {
		this.#text = text;
		this.offset = text.skipSpace(at);
		if (this.offset >= text.bytes.length) text.fail(this.offset, "cut off");
	}

	/** @param format that an error names */
	static parse(bytes: Uint8Array, format: string): JsonValue {
		const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
		return new JsonValue(new JsonText(bytes, format), hasMark ? 3 : 0);
	}

	/** The same value, for a reader that turned out to be the one for it. */
	as(format: string): JsonValue {
		return new JsonValue(new JsonText(this.#text.bytes, format), this.offset);
	}

	get isObject(): boolean {
		return this.#first === OPEN_OBJECT;
	}

	get isArray(): boolean {
		return this.#first === OPEN_ARRAY;
	}

	get isText(): boolean {
		return this.#first === QUOTE;
	}

	get isNumber(): boolean {
		return this.#first === 0x2d || (this.#first >= 0x30 && this.#first <= 0x39);
	}

	get isTrue(): boolean {
		return this.#first === 0x74;
	}

	get isNull(): boolean {
		return this.#first === 0x6e;
	}

	/** The next value of a text that has several, as one on each line; undefined: there is none. */
	next(): JsonValue | undefined {
		const at = this.#text.skipSpace(this.#text.skipValue(this.offset));
		return at >= this.#text.bytes.length ? undefined : new JsonValue(this.#text, at);
	}

	/** @returns those of an object's values that have these names; of several with one name, the last */
	fields<Name extends string>(...names: Name[]): { [name in Name]?: JsonValue } {
		const found: { [name in Name]?: JsonValue } = {};
		for (const [name, value] of this.entries()) {
			if ((names as string[]).includes(name)) found[name as Name] = value;
		}
		return found;
	}

	/** An object's names and values, in their order. */
	*entries(): Generator<[string, JsonValue]> {
		if (!this.isObject) this.fail("not an object");
		const text = this.#text;
		for (let at = text.skipSpace(this.offset + 1); text.bytes[at] !== CLOSE_OBJECT; ) {
			const end = text.skipText(at);
			const colon = text.skipSpace(end);
			text.expect(colon, COLON, "a colon");
			const value = new JsonValue(text, colon + 1);
			yield [text.decode(at + 1, end - 1), value];
			at = text.skipComma(text.skipValue(value.offset), CLOSE_OBJECT);
		}
	}

	/** An array's values. */
	*items(): Generator<JsonValue> {
		if (!this.isArray) this.fail("not an array");
		const text = this.#text;
		for (let at = text.skipSpace(this.offset + 1); text.bytes[at] !== CLOSE_ARRAY; ) {
			const value = new JsonValue(text, at);
			yield value;
			at = text.skipComma(text.skipValue(value.offset), CLOSE_ARRAY);
		}
	}

	/** An array of numbers. */
	numbers(column: NumberColumn = {}): Float64Array<ArrayBuffer> {
		let numbers = new Float64Array(16);
		let length = 0;
		for (const item of this.items()) {
			if (length === numbers.length) {
				const longer = new Float64Array(2 * length);
				longer.set(numbers);
				numbers = longer;
			}
			numbers[length++] = column.ifNull !== undefined && item.isNull ? column.ifNull : item.number();
		}
		return numbers.slice(0, length);
	}

	/** An array of texts. */
	texts(): string[] {
		return Array.from(this.items(), (item) => item.text());
	}

	/** A finite number. */
	number(): number {
		const text = this.#text;
		const short = text.smallInteger(this.offset);
		if (short >= 0) return short;
		const end = text.skipValue(this.offset);
		const number = this.isNumber ? Number(text.decode(this.offset, end)) : Number.NaN;
		return Number.isFinite(number) ? number : this.fail("not a number");
	}

	/** A whole number that is exact. */
	integer(): number {
		const number = this.number();
		return Number.isSafeInteger(number) ? number : this.fail("not a whole number below 2^53");
	}

	text(): string {
		if (!this.isText) this.fail("not a text");
		return this.#text.decode(this.offset + 1, this.#text.skipText(this.offset) - 1);
	}

	/** The bytes from the value on. */
	fail(reason: string): never {
		return this.#text.fail(this.offset, reason);
	}

	get #first(): number {
		return this.#text.bytes[this.offset];
	}
}
