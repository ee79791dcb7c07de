import { LONGEST_BLOCK } from "./literals.ts";
import { ZstdError } from "./zstd-error.ts";

const FIRST_CAPACITY = 2 * LONGEST_BLOCK;
/** Shorter pieces are copied more quickly by a loop than by a call. */
const SHORT = 32;

/**
 * What came out last, as far back as a frame may look. A frame may claim a window of any size: memory is taken as bytes
 * come out, not on its word.
 */
export class Window {
	#bytes = new Uint8Array(FIRST_CAPACITY);
	#size = 0;
	/** of what is kept */
	#start = 0;
	#end = 0;
	#blockStart = 0;

	/** @param size how far back the frame may look */
	reset(size: number): void {
		this.#size = size;
		this.#start = this.#end;
	}

	/** Makes room for a block. */
	beginBlock(): void {
		if (this.#end + LONGEST_BLOCK > this.#bytes.length) this.#makeRoom();
		this.#blockStart = this.#end;
	}

	/** @returns a copy of what the block has become */
	takeBlock(): Uint8Array<ArrayBuffer> {
		return this.#bytes.slice(this.#blockStart, this.#end);
	}

	append(source: Uint8Array, from: number, to: number): void {
		if (to - from < SHORT) {
			const bytes = this.#bytes;
			let at = this.#end;
			for (let index = from; index < to; index++) bytes[at++] = source[index];
		} else this.#bytes.set(source.subarray(from, to), this.#end);
		this.#end += to - from;
	}

	fill(byte: number, length: number): void {
		this.#bytes.fill(byte, this.#end, this.#end + length);
		this.#end += length;
	}

	/** @throws ZstdError when there is nothing so far back */
	repeat(offset: number, length: number): void {
		const from = this.#end - offset;
		if (!(offset > 0) || offset > this.#size || from < this.#start) {
			throw new ZstdError(`a copy from ${offset} bytes back`);
		}
		const bytes = this.#bytes;
		if (length >= SHORT && offset >= length) bytes.copyWithin(this.#end, from, from + length);
		else for (let index = 0; index < length; index++) bytes[this.#end + index] = bytes[from + index];
		this.#end += length;
	}

	#makeRoom(): void {
		const kept = Math.min(this.#end - this.#start, this.#size);
		const begin = this.#end - kept;
		// a quarter more than is needed, so that not every block moves all of it
		const needed = kept + Math.max(kept >> 2, LONGEST_BLOCK) + LONGEST_BLOCK;
		if (needed > this.#bytes.length) {
			const larger = new Uint8Array(Math.max(needed, FIRST_CAPACITY));
			larger.set(this.#bytes.subarray(begin, this.#end));
			this.#bytes = larger;
		} else this.#bytes.copyWithin(0, begin, this.#end);
		this.#start = 0;
		this.#end = kept;
	}
}
