import { countUpTo } from "./count-up-to.ts";

/** What the kernel says of its own functions. */
export interface KernelSymbols {
	/** @param address negative, as the upper half of the address space is */
	nameOf(address: number): { name: string; module: string } | undefined;
}

const ADDRESS_DIGITS = 16;
/** Where the type stands in a line, and the name. */
const TYPE_AT = ADDRESS_DIGITS + 1;
const NAME_AT = ADDRESS_DIGITS + 3;
const NEWLINE = 0x0a;
const HIGH = 4_294_967_296;
/** An average line has 45 bytes; the shortest that counts has these. */
const SHORTEST_LINE = NAME_AT + 1;

/** Types of code and data: t, w, d, b of either case. */
const CODE_AND_DATA = new Uint8Array(256);
for (const type of "tTwWdDbB") CODE_AND_DATA[type.charCodeAt(0)] = 1;

const HEX = new Uint8Array(256);
for (const digit of "0123456789abcdef") HEX[digit.charCodeAt(0)] = Number.parseInt(digit, 16);

/**
 * Lines like `ffffffff81000000 T _stext` or `... t name	[module]`. Only places are kept: names are cut out when asked for.
 * @param text of /proc/kallsyms
 * @returns undefined: the reader had no right to see the addresses, which are all 0 then
 */
export function parseKallsyms(text: Uint8Array): KernelSymbols | undefined {
	const most = Math.floor(text.length / SHORTEST_LINE) + 1;
	const starts = new Float64Array(most);
	const places = new Int32Array(most);
	let count = 0;
	let isOrdered = true;
	let last = Number.NEGATIVE_INFINITY;
	for (let at = 0; at + SHORTEST_LINE <= text.length; ) {
		if (CODE_AND_DATA[text[at + TYPE_AT]] === 1) {
			const start = halfAt(text, at) * HIGH + (halfAt(text, at + 8) >>> 0);
			if (start < last) isOrdered = false;
			last = start;
			starts[count] = start;
			places[count++] = at;
		}
		const end = text.indexOf(NEWLINE, at + SHORTEST_LINE);
		if (end === -1) break;
		at = end + 1;
	}
	if (!starts.subarray(0, count).some((start) => start !== 0)) return undefined;
	if (isOrdered) return new Kallsyms(text, starts.subarray(0, count), places.subarray(0, count));
	// of several at one address the last one counts
	const order = Int32Array.from({ length: count }, (_, index) => index);
	order.sort((a, b) => starts[a] - starts[b] || a - b);
	return new Kallsyms(
		text,
		Float64Array.from(order, (index) => starts[index]),
		order.map((index) => places[index]),
	);
}

class Kallsyms implements KernelSymbols {
	readonly #text: Uint8Array;
	readonly #starts: Float64Array;
	readonly #places: Int32Array;

	constructor(text: Uint8Array, starts: Float64Array, places: Int32Array) {
		this.#text = text;
		this.#starts = starts;
		this.#places = places;
	}

	nameOf(address: number): { name: string; module: string } | undefined {
		const begun = countUpTo(this.#starts, address);
		return begun === 0 ? undefined : this.#symbolAt(this.#places[begun - 1]);
	}

	#symbolAt(at: number): { name: string; module: string } {
		const end = this.#text.indexOf(NEWLINE, at);
		const line = this.#text.slice(at + NAME_AT, end === -1 ? undefined : end);
		const [name = "", module] = new TextDecoder().decode(line).split("\t");
		return { name, module: module ?? "[kernel]" };
	}
}

/** @returns 8 hexadecimal digits as a signed number: the upper half of an address, which is negative for the kernel's */
function halfAt(text: Uint8Array, at: number): number {
	let value = 0;
	for (let index = at; index < at + 8; index++) value = (value << 4) | HEX[text[index]];
	return value;
}
