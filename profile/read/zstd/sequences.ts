import { BackwardBits } from "./backward-bits.ts";
import { type Literals, LONGEST_BLOCK } from "./literals.ts";
import { readStateTable, type StateTable, singleState, stateTable, type TableLimits } from "./state-table.ts";
import type { Window } from "./window.ts";
import { ZstdError } from "./zstd-error.ts";

/** Of each kind of code: its largest table, and the counts of the one that needs no description. */
interface CodeKind {
	readonly limits: TableLimits;
	readonly usual: StateTable;
}

const LITERAL_LENGTH: CodeKind = {
	limits: { log: 9, symbols: 36 },
	usual: stateTable(
		[
			4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1,
			-1, -1,
		],
		6,
	),
};
const MATCH_LENGTH: CodeKind = {
	limits: { log: 9, symbols: 53 },
	usual: stateTable(
		[
			1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
			1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1,
		],
		6,
	),
};
const OFFSET: CodeKind = {
	limits: { log: 8, symbols: 32 },
	usual: stateTable(
		[1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1],
		5,
	),
};

/** Bits that follow a code for a length, and the length that they are added to. */
const LITERAL_EXTRA = extraBits(
	0,
	[
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14,
		15, 16,
	],
);
const MATCH_EXTRA = extraBits(
	3,
	[
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1,
		1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
	],
);

function extraBits(first: number, bits: readonly number[]): { bits: Uint8Array; base: Int32Array } {
	const base = new Int32Array(bits.length);
	let next = first;
	bits.forEach((count, code) => {
		base[code] = next;
		next += 1 << count;
	});
	return { bits: Uint8Array.from(bits), base };
}

const MODE = { usual: 0, single: 1, described: 2 } as const;
const FIRST_OFFSETS = [1, 4, 8];

/** The sequences of a block: so many literals, then so many bytes copied from so far back. */
export class Sequences {
	/** in the order in which they are described: lengths of literals, offsets, lengths of matches */
	#tables: (StateTable | undefined)[] = [];
	/** the last three */
	#offsets = [...FIRST_OFFSETS];

	/** Another frame begins. */
	reset(): void {
		this.#tables = [];
		this.#offsets = [...FIRST_OFFSETS];
	}

	/** Puts a block together. @param start of the sequences in it. @throws ZstdError */
	run(block: Uint8Array, start: number, end: number, literals: Literals, window: Window): void {
		if (start >= end) throw new ZstdError("a cut off block");
		const { count, at } = countOf(block, start);
		if (count > 0) this.#execute(this.#readTables(block, at, end), count, block, end, literals, window);
		else window.append(literals.bytes, 0, literals.length);
	}

	/** @returns where the sequences themselves begin */
	#readTables(block: Uint8Array, start: number, end: number): number {
		const modes = block[start];
		if (start >= end || (modes & 3) !== 0) throw new ZstdError("sequences of no known kind");
		let at = start + 1;
		[LITERAL_LENGTH, OFFSET, MATCH_LENGTH].forEach((kind, index) => {
			const mode = (modes >> (6 - 2 * index)) & 3;
			if (mode === MODE.usual) this.#tables[index] = kind.usual;
			else if (mode === MODE.single) {
				const symbol = block[at++];
				if (at > end || symbol >= kind.limits.symbols) throw new ZstdError(`a code ${symbol}`);
				this.#tables[index] = singleState(symbol);
			} else if (mode === MODE.described) {
				const read = readStateTable(block, at, end, kind.limits);
				this.#tables[index] = read.table;
				at = read.end;
			}
		});
		return at;
	}

	#execute(
		start: number,
		count: number,
		block: Uint8Array,
		end: number,
		literals: Literals,
		window: Window,
	): void {
		const [literalTable, offsetTable, matchTable] = this.#tables;
		if (literalTable === undefined || offsetTable === undefined || matchTable === undefined) {
			throw new ZstdError("no table to use again");
		}
		const input = new BackwardBits(block, start, end);
		let literalState = input.read(literalTable.log);
		let offsetState = input.read(offsetTable.log);
		let matchState = input.read(matchTable.log);
		let used = 0;
		let made = 0;
		for (let index = 0; index < count; index++) {
			const offsetCode = offsetTable.symbol[offsetState];
			const matchCode = matchTable.symbol[matchState];
			const literalCode = literalTable.symbol[literalState];
			const offset = 2 ** offsetCode + input.read(offsetCode);
			const matchLength = MATCH_EXTRA.base[matchCode] + input.read(MATCH_EXTRA.bits[matchCode]);
			const literalLength = LITERAL_EXTRA.base[literalCode] + input.read(LITERAL_EXTRA.bits[literalCode]);
			if (index + 1 < count) {
				literalState = literalTable.base[literalState] + input.read(literalTable.bits[literalState]);
				matchState = matchTable.base[matchState] + input.read(matchTable.bits[matchState]);
				offsetState = offsetTable.base[offsetState] + input.read(offsetTable.bits[offsetState]);
			}
			made += literalLength + matchLength;
			if (input.left < 0 || used + literalLength > literals.length || made > LONGEST_BLOCK) {
				throw new ZstdError("sequences that do not fit together");
			}
			window.append(literals.bytes, used, used + literalLength);
			window.repeat(this.#offsetOf(offset, literalLength), matchLength);
			used += literalLength;
		}
		if (input.left !== 0 || made + literals.length - used > LONGEST_BLOCK) {
			throw new ZstdError("sequences that do not fit together");
		}
		window.append(literals.bytes, used, literals.length);
	}

	/** @param value from 4 on the offset plus 3, else which of the last ones; without literals before it, the next of them */
	#offsetOf(value: number, literalLength: number): number {
		const [first, second, third] = this.#offsets;
		const which = value > 3 ? 4 : value - 1 + (literalLength === 0 ? 1 : 0);
		if (which === 0) return first;
		const offset = which === 4 ? value - 3 : which === 1 ? second : which === 2 ? third : first - 1;
		this.#offsets = [offset, first, which === 1 ? third : second];
		return offset;
	}
}

function countOf(block: Uint8Array, start: number): { count: number; at: number } {
	const first = block[start];
	if (first < 128) return { count: first, at: start + 1 };
	if (first < 255) return { count: ((first - 128) << 8) + block[start + 1], at: start + 2 };
	return { count: block[start + 1] + (block[start + 2] << 8) + 0x7f00, at: start + 3 };
}
