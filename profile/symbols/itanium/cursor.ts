import type { Node } from "./nodes.ts";

/** The name is none of C++, or is one that we do not understand. */
export class NotUnderstood extends Error {}

/** How deep names may be nested: far less than the stack bears, far more than people write. */
const DEEPEST = 1000;

/** Where in a mangled name the reader is, and what later parts may refer to. */
export class Cursor {
	at: number;
	readonly substitutions: Node[] = [];
	/** of the function whose name is read: the last ones in it */
	templateArgs: readonly Node[] = [];
	/** what constructors of the class that was named last are called */
	lastName = "";
	/** the type of `operator type` is read */
	isInConversion = false;
	readonly #text: string;
	#depth = 0;

	constructor(text: string, start: number) {
		this.#text = text;
		this.at = start;
	}

	get isAtEnd(): boolean {
		return this.at >= this.#text.length;
	}

	/** @returns empty behind the end */
	peek(ahead = 0): string {
		return this.#text.charAt(this.at + ahead);
	}

	take(expected: string): boolean {
		if (!this.#text.startsWith(expected, this.at)) return false;
		this.at += expected.length;
		return true;
	}

	expect(expected: string): void {
		if (!this.take(expected)) throw new NotUnderstood();
	}

	next(length = 1): string {
		if (this.at + length > this.#text.length) throw new NotUnderstood();
		this.at += length;
		return this.#text.slice(this.at - length, this.at);
	}

	/** Digits of a base up to 36, the larger ones in upper case. */
	number(base = 10): number {
		const start = this.at;
		while (isDigit(this.peek(), base)) this.at++;
		if (this.at === start || this.at - start > 9) throw new NotUnderstood();
		return Number.parseInt(this.#text.slice(start, this.at), base);
	}

	/** `_` is 0, `0_` is 1. */
	sequenceNumber(base = 10): number {
		if (this.take("_")) return 0;
		const number = this.number(base) + 1;
		this.expect("_");
		return number;
	}

	/** Runs one level deeper. */
	nested<Result>(read: () => Result): Result {
		if (++this.#depth > DEEPEST) throw new NotUnderstood();
		const result = read();
		this.#depth--;
		return result;
	}
}

export function isDigit(character: string, base = 10): boolean {
	if (character >= "0" && character <= "9") return true;
	return base > 10 && character >= "A" && character <= "Z";
}

export function isLower(character: string): boolean {
	return character >= "a" && character <= "z";
}
