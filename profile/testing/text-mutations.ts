import { randomNumbers } from "./mutations.ts";

/** What breaks readers of JSON and of lines where it stands for something else. */
const STRANGE = [
	"0",
	"-1",
	"1",
	"0.5",
	"1e308",
	"-1e308",
	"1e999",
	"9007199254740993",
	"9223372036854775807",
	"9223372036854775808",
	"4294967296",
	"00",
	"null",
	"true",
	"{}",
	"[]",
	'""',
	'"x"',
	'"\\ud800\\u0000"',
	'"\\q"',
	'"',
	"[",
	"]",
	"{",
	"}",
	",",
	":",
	";",
	" ",
	"\n",
	"\t",
	"\\",
	"\0",
	"\u202e",
	"@[",
	"]: 5",
	"_[k]",
	"__proto__",
	"constructor",
];
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+]*|\w+|[^\s\w]|\s+/g;
/** Enough to overflow a call stack, were there a recursion. */
const DEEP = 20_000;
const LONG = 100_000;

/** A text cut into names, numbers, marks and blanks: damage that keeps these whole comes further into a reader. */
export class Tokens {
	readonly #text: string;
	/** where each begins, and the text's end */
	readonly #starts: number[];

	constructor(text: string) {
		this.#text = text;
		this.#starts = Array.from(text.matchAll(TOKEN), (match) => match.index);
		this.#starts.push(text.length);
	}

	/** @returns the text, damaged in a few places as the seed says */
	mutated(seed: number): string {
		const random = randomNumbers(seed);
		const edits = Array.from({ length: 1 + random(3) }, () => this.#edit(random));
		edits.sort((a, b) => a.start - b.start);
		let text = "";
		let at = 0;
		for (const { start, end, by } of edits) {
			if (start < at) continue;
			text += this.#text.slice(at, start) + by;
			at = end;
		}
		return text + this.#text.slice(at);
	}

	#edit(random: (below: number) => number): { start: number; end: number; by: string } {
		const count = this.#starts.length - 1;
		// what stands first decides most
		const token = random(random(3) === 0 ? Math.min(64, count) : count);
		const other = Math.min(count, token + 1 + random(random(4) === 0 ? 200 : 8));
		const start = this.#starts[token];
		const next = this.#starts[token + 1];
		const end = this.#starts[other];
		switch (random(8)) {
			case 0:
				return { start, end, by: "" };
			case 1:
				return { start, end: start, by: this.#text.slice(start, end) };
			case 2: {
				const from = random(count);
				return { start, end: next, by: this.#text.slice(this.#starts[from], this.#starts[from + 1]) };
			}
			case 3:
				return random(20) === 0 ? { start, end: this.#text.length, by: "" } : { start, end, by: "" };
			case 4:
				return { start, end: next, by: grown(this.#text.slice(start, next), random) };
			default:
				return { start, end: next, by: STRANGE[random(STRANGE.length)] };
		}
	}
}

/** Something deep or long, rarely so much that it takes its time. */
function grown(token: string, random: (below: number) => number): string {
	const times = random(40) === 0 ? 1 : 1 / 50;
	switch (random(5)) {
		case 0:
			return "[".repeat(DEEP * times) + token;
		case 1:
			return `${'{"a":'.repeat(DEEP * times)}${token}${"}".repeat(DEEP * times)}`;
		case 2:
			return token.repeat(Math.ceil((LONG * times) / Math.max(1, token.length)));
		case 3:
			return "9".repeat(LONG * times);
		default:
			return `${token}${" ".repeat(LONG * times)}`;
	}
}
