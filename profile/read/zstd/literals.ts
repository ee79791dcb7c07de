import { decodeHuffman, type HuffmanTable, readHuffmanTable } from "./huffman.ts";
import { ZstdError } from "./zstd-error.ts";

export const LONGEST_BLOCK = 128 * 1024;

const KIND = { plain: 0, repeated: 1, compressed: 2 } as const;

interface Header {
	readonly kind: number;
	/** bytes that come out */
	readonly size: number;
	/** bytes that go in */
	readonly packed: number;
	readonly streams: 1 | 4;
	/** where what goes in begins */
	readonly start: number;
}

/** The literals of a block: the bytes that are no copies of earlier ones. */
export class Literals {
	/** of the block that was read last */
	length = 0;
	readonly bytes = new Uint8Array(LONGEST_BLOCK);
	/** the next block may use it again */
	#table: HuffmanTable | undefined;

	/** Another frame begins. */
	reset(): void {
		this.#table = undefined;
	}

	/** @returns where they end. @throws ZstdError */
	read(block: Uint8Array, end: number): number {
		const header = headerOf(block, end);
		const { kind, size, packed, start } = header;
		if (size > LONGEST_BLOCK || start + packed > end) throw new ZstdError("literals of an impossible length");
		this.length = size;
		if (kind === KIND.plain) this.bytes.set(block.subarray(start, start + size));
		else if (kind === KIND.repeated) this.bytes.fill(block[start], 0, size);
		else this.#decode(block, header);
		return start + packed;
	}

	#decode(block: Uint8Array, { kind, size, packed, streams, start }: Header): void {
		let at = start;
		const end = start + packed;
		if (kind === KIND.compressed) {
			const read = readHuffmanTable(block, at, end);
			this.#table = read.table;
			at = read.end;
		}
		const table = this.#table;
		if (table === undefined) throw new ZstdError("no Huffman table to use again");
		if (streams === 1) {
			decodeHuffman(table, block, at, end, this.bytes.subarray(0, size));
			return;
		}
		const quarter = (size + 3) >> 2;
		if (at + 6 > end || 3 * quarter > size) throw new ZstdError("cut off literals");
		let from = at + 6;
		for (let stream = 0; stream < 4; stream++) {
			const to = stream === 3 ? end : from + (block[at + 2 * stream] | (block[at + 2 * stream + 1] << 8));
			if (to > end) throw new ZstdError("cut off literals");
			const output = this.bytes.subarray(stream * quarter, stream === 3 ? size : (stream + 1) * quarter);
			decodeHuffman(table, block, from, to, output);
			from = to;
		}
	}
}

/** Sizes of 5, 12 or 20 bits, or two of 10, 14 or 18. */
function headerOf(block: Uint8Array, end: number): Header {
	const kind = block[0] & 3;
	const format = (block[0] >> 2) & 3;
	const isShort = kind <= KIND.repeated && (format & 1) === 0;
	const start = kind <= KIND.repeated ? (isShort ? 1 : format === 1 ? 2 : 3) : [3, 3, 4, 5][format];
	if (start > end) throw new ZstdError("a cut off block");
	let value = 0;
	for (let index = start - 1; index >= 0; index--) value = value * 256 + block[index];
	if (kind <= KIND.repeated) {
		const size = isShort ? value >> 3 : value >> 4;
		return { kind, size, packed: kind === KIND.repeated ? 1 : size, streams: 1, start };
	}
	const unit = 2 ** [10, 10, 14, 18][format];
	const sizes = Math.floor(value / 16);
	return {
		kind,
		size: sizes % unit,
		packed: Math.floor(sizes / unit),
		streams: format === 0 ? 1 : 4,
		start,
	};
}
