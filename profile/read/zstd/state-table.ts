import { ZstdError } from "./zstd-error.ts";

/** A decoding table of finite state entropy: what each state stands for, and where it leads. */
export interface StateTable {
	/** states are numbered from 0 up to, not with, 2 to the power of this */
	readonly log: number;
	readonly symbol: Uint8Array;
	/** bits to be read, and what they are added to, for the next state */
	readonly bits: Uint8Array;
	readonly base: Uint16Array;
}

/** The least accuracy that a table has. */
const LEAST_LOG = 5;
/** Less than one: the symbol has a single state, whatever the others have. */
const RARE = -1;

export interface TableLimits {
	readonly log: number;
	readonly symbols: number;
}

/**
 * Reads a table's description.
 * @returns the table, and where its description ends
 * @throws ZstdError
 */
export function readStateTable(
	bytes: Uint8Array,
	start: number,
	end: number,
	limits: TableLimits,
): { table: StateTable; end: number } {
	const log = (bytes[start] & 15) + LEAST_LOG;
	if (start >= end || log > limits.log) throw new ZstdError(`a table of ${log} bits`);
	const counts: number[] = [];
	let at = 8 * start + 4;
	const read = (count: number): number => {
		const byte = at >> 3;
		const value = (bytes[byte] | (bytes[byte + 1] << 8) | (bytes[byte + 2] << 16)) >>> (at & 7);
		at += count;
		return value & ((1 << count) - 1);
	};
	let remaining = 1 << log;
	while (remaining > 0 && counts.length < limits.symbols && at <= 8 * end) {
		const count = readCount(read, remaining, () => at--);
		remaining -= Math.abs(count);
		counts.push(count);
		if (count !== 0) continue;
		for (let zeros = 3; zeros === 3 && counts.length < limits.symbols; ) {
			zeros = read(2);
			for (let index = 0; index < zeros; index++) counts.push(0);
		}
	}
	if (remaining !== 0 || counts.length > limits.symbols || at > 8 * end)
		throw new ZstdError("a broken table");
	return { table: stateTable(counts, log), end: (at + 7) >> 3 };
}

/** Small values are one bit shorter, as far as the range to come is no power of two. */
function readCount(read: (count: number) => number, remaining: number, giveBack: () => void): number {
	const bits = 32 - Math.clz32(remaining + 1);
	const value = read(bits);
	const lower = (1 << (bits - 1)) - 1;
	const threshold = (1 << bits) - 1 - (remaining + 1);
	if ((value & lower) < threshold) {
		giveBack();
		return (value & lower) - 1;
	}
	return (value > lower ? value - threshold : value) - 1;
}

/** @param counts states of each symbol, or RARE. @throws ZstdError when they do not fill the table */
export function stateTable(counts: readonly number[], log: number): StateTable {
	const size = 1 << log;
	const symbol = new Uint8Array(size);
	const next = new Uint16Array(counts.length);
	let high = size;
	counts.forEach((count, each) => {
		next[each] = Math.abs(count);
		if (count === RARE) symbol[--high] = each;
	});
	spread(counts, symbol, high);
	const bits = new Uint8Array(size);
	const base = new Uint16Array(size);
	for (let state = 0; state < size; state++) {
		const from = next[symbol[state]]++;
		bits[state] = log - (31 - Math.clz32(from));
		base[state] = (from << bits[state]) - size;
	}
	return { log, symbol, bits, base };
}

/** Scatters the symbols over the states below `high`, so that each is met at even distances. */
function spread(counts: readonly number[], symbol: Uint8Array, high: number): void {
	const size = symbol.length;
	const step = (size >> 1) + (size >> 3) + 3;
	let place = 0;
	counts.forEach((count, each) => {
		for (let left = count; left > 0; left--) {
			symbol[place] = each;
			do place = (place + step) & (size - 1);
			while (place >= high);
		}
	});
	if (place !== 0) throw new ZstdError("a table that is not filled");
}

/** The table of one symbol alone, which costs no bits. */
export function singleState(symbol: number): StateTable {
	return {
		log: 0,
		symbol: Uint8Array.of(symbol),
		bits: new Uint8Array(1),
		base: new Uint16Array(1),
	};
}
