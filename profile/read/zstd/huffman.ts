import { BackwardBits } from "./backward-bits.ts";
import { readStateTable, type StateTable } from "./state-table.ts";
import { ZstdError } from "./zstd-error.ts";

/** Symbols and their lengths by the next `bits` bits. */
export interface HuffmanTable {
	readonly bits: number;
	readonly symbol: Uint8Array;
	readonly length: Uint8Array;
}

const LONGEST_CODE = 11;
/** The last one is not written: its weight fills what the others leave. */
const MOST_WRITTEN = 255;
const WEIGHT_LIMITS = { log: 6, symbols: LONGEST_CODE + 1 };

/** @returns the table, and where its description ends. @throws ZstdError */
export function readHuffmanTable(
	bytes: Uint8Array,
	start: number,
	end: number,
): { table: HuffmanTable; end: number } {
	const head = bytes[start];
	const isPlain = head >= 128;
	const last = start + 1 + (isPlain ? Math.ceil((head - 127) / 2) : head);
	if (start >= end || last > end) throw new ZstdError("a cut off Huffman table");
	const weights = isPlain
		? plainWeights(bytes, start + 1, head - 127)
		: packedWeights(bytes, start + 1, last);
	return { table: huffmanTable(weights), end: last };
}

function plainWeights(bytes: Uint8Array, start: number, count: number): number[] {
	return Array.from({ length: count }, (_, index) => {
		const pair = bytes[start + (index >> 1)];
		return index % 2 === 0 ? pair >> 4 : pair & 15;
	});
}

/** Two states take turns, until the bits are used up. */
function packedWeights(bytes: Uint8Array, start: number, end: number): number[] {
	const { table, end: begin } = readStateTable(bytes, start, end, WEIGHT_LIMITS);
	const input = new BackwardBits(bytes, begin, end);
	const weights: number[] = [];
	const states = [input.read(table.log), input.read(table.log)];
	for (let turn = 0; ; turn ^= 1) {
		if (weights.length >= MOST_WRITTEN) throw new ZstdError("too many Huffman codes");
		weights.push(table.symbol[states[turn]]);
		states[turn] = nextState(table, states[turn], input);
		if (input.left >= 0) continue;
		weights.push(table.symbol[states[turn ^ 1]]);
		return weights;
	}
}

function nextState(table: StateTable, state: number, input: BackwardBits): number {
	return table.base[state] + input.read(table.bits[state]);
}

/** @param weights by symbol; 0: it does not occur, else the length of its code is that of the longest less `weight - 1` */
function huffmanTable(weights: number[]): HuffmanTable {
	let sum = 0;
	for (const weight of weights) {
		if (weight > LONGEST_CODE) throw new ZstdError(`a Huffman weight of ${weight}`);
		if (weight > 0) sum += 1 << (weight - 1);
	}
	const bits = 32 - Math.clz32(sum);
	const left = (1 << bits) - sum;
	if (sum === 0 || bits > LONGEST_CODE || (left & (left - 1)) !== 0 || weights.length > MOST_WRITTEN) {
		throw new ZstdError("Huffman codes that do not fit together");
	}
	const all = [...weights, 32 - Math.clz32(left)];
	const symbol = new Uint8Array(1 << bits);
	const length = new Uint8Array(1 << bits);
	let place = 0;
	for (let weight = 1; weight <= bits; weight++) {
		all.forEach((each, index) => {
			if (each !== weight) return;
			const next = place + (1 << (weight - 1));
			symbol.fill(index, place, next);
			length.fill(bits + 1 - weight, place, next);
			place = next;
		});
	}
	return { bits, symbol, length };
}

/**
 * Decodes what lies from `start` to `end` into all of `output`.
 * @throws ZstdError unless it fills it exactly
 */
export function decodeHuffman(
	{ bits, symbol, length }: HuffmanTable,
	bytes: Uint8Array,
	start: number,
	end: number,
	output: Uint8Array,
): void {
	let left = new BackwardBits(bytes, start, end).left;
	const mask = (1 << bits) - 1;
	for (let index = 0; index < output.length; index++) {
		const from = left - bits;
		const at = start + (from > 0 ? from >> 3 : 0);
		const value = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16);
		const code = (from >= 0 ? value >>> (from & 7) : value << -from) & mask;
		output[index] = symbol[code];
		left -= length[code];
		if (left < 0) break;
	}
	if (left !== 0) throw new ZstdError("Huffman codes of another length");
}
