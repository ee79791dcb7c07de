import { ProfileFormatError } from "../model.ts";

export const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
export const COLON = 0x3a;
export const OPEN_ARRAY = 0x5b;
export const CLOSE_ARRAY = 0x5d;
export const OPEN_OBJECT = 0x7b;
export const CLOSE_OBJECT = 0x7d;
/** Texts up to here are decoded by hand, which is quicker than asking for it. */
const SHORT_TEXT = 32;

/** JSON as bytes, and how to get from one place in them to the next. */
export class JsonText {
	readonly bytes: Uint8Array;
	readonly #format: string;
	readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });

	constructor(bytes: Uint8Array, format: string) {
		this.bytes = bytes;
		this.#format = format;
	}

	fail(offset: number, reason: string): never {
		throw new ProfileFormatError(this.#format, offset, reason);
	}

	expect(at: number, byte: number, what: string): void {
		if (this.bytes[at] !== byte) this.fail(at, at >= this.bytes.length ? "cut off" : `${what} is missing`);
	}

	skipSpace(from: number): number {
		const { bytes } = this;
		let at = from;
		while (bytes[at] === 0x20 || (bytes[at] >= 9 && bytes[at] <= 13)) at++;
		return at;
	}

	/** @returns where the next item begins, or where `close` is */
	skipComma(from: number, close: number): number {
		const at = this.skipSpace(from);
		if (this.bytes[at] === close) return at;
		this.expect(at, COMMA, "a comma");
		const next = this.skipSpace(at + 1);
		if (next >= this.bytes.length) this.fail(next, "cut off");
		return next;
	}

	/** @returns the end of the text that begins at the quote `from` */
	skipText(from: number): number {
		this.expect(from, QUOTE, "a quote");
		const { bytes } = this;
		for (let at = from + 1; ; at++) {
			const quote = bytes.indexOf(QUOTE, at);
			if (quote === -1) this.fail(from, "a text without an end");
			let escapes = quote;
			while (bytes[escapes - 1] === BACKSLASH && escapes > at) escapes--;
			if ((quote - escapes) % 2 === 0) return quote + 1;
			at = quote;
		}
	}

	/** @returns the end of the value that begins at `from` */
	skipValue(from: number): number {
		const { bytes } = this;
		let depth = 0;
		for (let at = from; at < bytes.length; ) {
			const byte = bytes[at];
			if (byte === QUOTE) at = this.skipText(at);
			else {
				if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) depth++;
				else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) depth--;
				else if (depth === 0) return this.#skipWord(at);
				at++;
			}
			if (depth === 0) return at;
			if (depth < 0) return this.fail(at, "a value is missing");
		}
		return this.fail(bytes.length, "cut off");
	}

	/** A number, `true`, `null` ... */
	#skipWord(from: number): number {
		const { bytes } = this;
		let at = from;
		while (isOfWord(bytes[at])) at++;
		return at > from ? at : this.fail(from, "a value is missing");
	}

	/** @returns a number of up to 15 digits and nothing else, which most are; -1: it is another */
	smallInteger(from: number): number {
		const { bytes } = this;
		let at = from;
		let value = 0;
		while (at - from < 16 && bytes[at] >= 0x30 && bytes[at] <= 0x39) value = value * 10 + bytes[at++] - 0x30;
		return at > from && at - from < 16 && !isOfWord(bytes[at]) ? value : -1;
	}

	/** @param start of a text's characters; what escapes them is undone */
	decode(start: number, end: number): string {
		const { bytes } = this;
		if (end - start <= SHORT_TEXT) {
			let text = "";
			let at = start;
			while (at < end && bytes[at] < 0x80 && bytes[at] !== BACKSLASH)
				text += String.fromCharCode(bytes[at++]);
			if (at === end) return text;
		}
		const text = this.#decoder.decode(bytes.subarray(start, end));
		if (!text.includes("\\")) return text;
		try {
			return String(JSON.parse(`"${text}"`));
		} catch {
			return this.fail(start, "a text with a broken escape");
		}
	}
}

/** Digits, letters, signs and points. */
function isOfWord(byte: number): boolean {
	return (
		(byte >= 0x30 && byte <= 0x39) ||
		(byte >= 0x61 && byte <= 0x7a) ||
		(byte >= 0x41 && byte <= 0x5a) ||
		byte === 0x2b ||
		byte === 0x2d ||
		byte === 0x2e
	);
}
