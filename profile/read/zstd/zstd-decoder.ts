import { Literals, LONGEST_BLOCK } from "./literals.ts";
import { Sequences } from "./sequences.ts";
import { Window } from "./window.ts";
import { ZstdError } from "./zstd-error.ts";

/** What `zstd --ultra -22` and `perf record -z=22` use; memory is taken only as bytes come out. */
const LARGEST_WINDOW = 128 * 1024 * 1024;
const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a5;
const LONGEST_HEADER = 18;
/** Bits are read three bytes at once, the last of which may lie behind the block. */
const BEHIND = 4;
const BLOCK = { plain: 0, repeated: 1, compressed: 2 } as const;
const CHECKSUM_BYTES = 4;

/**
 * Decompresses zstd (RFC 8878) piece by piece: each block is handed on as soon as its last byte is there. Damaged and
 * hostile input costs no more memory than what comes out of it, and no more time than its length warrants. Dictionaries
 * are not supported; checksums are passed over.
 */
export class ZstdDecoder {
	/** of the input, bytes that were understood */
	offset = 0;
	readonly #onBytes: (bytes: Uint8Array<ArrayBuffer>) => void;
	readonly #literals = new Literals();
	readonly #sequences = new Sequences();
	readonly #window = new Window();
	/** of what is being waited for */
	readonly #input = new Uint8Array(LONGEST_BLOCK + BEHIND);
	#length = 0;
	#needed = 4;
	#state: "frame" | "block" | "content" | "skip" = "frame";
	#skip = 0;
	#blockHeader = 0;
	#longestBlock = LONGEST_BLOCK;
	#hasChecksum = false;

	/** @param onBytes of one block; belong to whoever gets them */
	constructor(onBytes: (bytes: Uint8Array<ArrayBuffer>) => void) {
		this.#onBytes = onBytes;
	}

	/** @throws ZstdError; what was handed on before is right */
	push(chunk: Uint8Array): void {
		for (let at = 0; at < chunk.length || this.#length >= this.#needed; ) {
			const wanted = this.#state === "skip" ? this.#skip : this.#needed - this.#length;
			const taken = Math.min(wanted, chunk.length - at);
			if (this.#state !== "skip") {
				this.#input.set(chunk.subarray(at, at + taken), this.#length);
				this.#length += taken;
			} else this.#skip -= taken;
			at += taken;
			this.offset += taken;
			this.#advance();
		}
	}

	/** @throws ZstdError when a frame is not complete */
	end(): void {
		if (this.#state !== "frame" || this.#length > 0) throw new ZstdError("it is cut off");
	}

	#advance(): void {
		if (this.#state === "skip") {
			if (this.#skip === 0) this.#expect("frame", 4);
			return;
		}
		if (this.#length < this.#needed) return;
		if (this.#state === "frame") this.#readFrameHeader();
		else if (this.#state === "block") this.#readBlockHeader();
		else this.#readContent();
	}

	#expect(state: "frame" | "block" | "content", needed: number): void {
		this.#state = state;
		this.#length = 0;
		this.#needed = needed;
	}

	#readFrameHeader(): void {
		const magic = littleEndian(this.#input, 0, 4);
		if (Math.floor(magic / 16) === SKIPPABLE) {
			if (this.#length < 8) this.#needed = 8;
			else this.#skipBytes(littleEndian(this.#input, 4, 4));
			return;
		}
		if (magic !== MAGIC) throw new ZstdError("no frame begins where one should");
		const length = this.#length < 5 ? 5 : frameHeaderLength(this.#input[4]);
		if (this.#length < length) this.#needed = Math.min(length, LONGEST_HEADER);
		else this.#beginFrame(length);
	}

	#beginFrame(headerLength: number): void {
		const descriptor = this.#input[4];
		if ((descriptor & 8) !== 0) throw new ZstdError("a frame of no known kind");
		const isSingle = isSingleSegment(descriptor);
		const dictionaryAt = isSingle ? 5 : 6;
		const sizeAt = dictionaryAt + dictionaryBytes(descriptor);
		if (littleEndian(this.#input, dictionaryAt, sizeAt - dictionaryAt) !== 0) {
			throw new ZstdError("it needs a dictionary");
		}
		const size = littleEndian(this.#input, sizeAt, headerLength - sizeAt);
		const isOffset = headerLength - sizeAt === 2;
		const window = isSingle ? size + (isOffset ? 256 : 0) : windowSize(this.#input[5]);
		if (window > LARGEST_WINDOW) throw new ZstdError(`a window of ${window} bytes`);
		this.#longestBlock = Math.min(LONGEST_BLOCK, window);
		this.#hasChecksum = (descriptor & 4) !== 0;
		this.#literals.reset();
		this.#sequences.reset();
		this.#window.reset(window);
		this.#expect("block", 3);
	}

	#readBlockHeader(): void {
		this.#blockHeader = littleEndian(this.#input, 0, 3);
		const kind = (this.#blockHeader >> 1) & 3;
		const size = this.#blockHeader >> 3;
		if (kind > BLOCK.compressed || size > this.#longestBlock) {
			throw new ZstdError(`a block of kind ${kind} and ${size} bytes`);
		}
		this.#expect("content", kind === BLOCK.repeated ? 1 : size);
		if (this.#needed === 0) this.#readContent();
	}

	#readContent(): void {
		const kind = (this.#blockHeader >> 1) & 3;
		const size = this.#blockHeader >> 3;
		this.#window.beginBlock();
		if (kind === BLOCK.plain) this.#window.append(this.#input, 0, size);
		else if (kind === BLOCK.repeated) this.#window.fill(this.#input[0], size);
		else {
			const sequences = this.#literals.read(this.#input, size);
			this.#sequences.run(this.#input, sequences, size, this.#literals, this.#window);
		}
		if ((this.#blockHeader & 1) === 0) this.#expect("block", 3);
		else if (this.#hasChecksum) this.#skipBytes(CHECKSUM_BYTES);
		else this.#expect("frame", 4);
		const block = this.#window.takeBlock();
		if (block.length > 0) this.#onBytes(block);
	}

	#skipBytes(count: number): void {
		this.#expect("frame", 4);
		if (count === 0) return;
		this.#state = "skip";
		this.#skip = count;
	}
}

function isSingleSegment(descriptor: number): boolean {
	return (descriptor & 32) !== 0;
}

function dictionaryBytes(descriptor: number): number {
	return [0, 1, 2, 4][descriptor & 3];
}

function frameHeaderLength(descriptor: number): number {
	const isSingle = isSingleSegment(descriptor);
	return (isSingle ? 5 : 6) + dictionaryBytes(descriptor) + [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6];
}

function windowSize(descriptor: number): number {
	const base = 2 ** (10 + (descriptor >> 3));
	return base + (base / 8) * (descriptor & 7);
}

function littleEndian(bytes: Uint8Array, at: number, length: number): number {
	let value = 0;
	for (let index = length - 1; index >= 0; index--) value = value * 256 + bytes[at + index];
	return value;
}
