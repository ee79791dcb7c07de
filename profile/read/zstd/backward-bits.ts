import { ZstdError } from "./zstd-error.ts";

/** Bits that were written forwards and are read from the end; the last one that is set only marks where they end. */
export class BackwardBits {
	/** bits that are left; below 0: more were read than there are, which count as 0 */
	left: number;
	readonly #bytes: Uint8Array;
	readonly #start: number;

	/** @throws ZstdError when the mark is missing */
	constructor(bytes: Uint8Array, start: number, end: number) {
		const last = end > start ? bytes[end - 1] : 0;
		if (last === 0) throw new ZstdError("bits without an end");
		this.#bytes = bytes;
		this.#start = start;
		this.left = 8 * (end - start) - 1 - Math.clz32(last << 24);
	}

	/** @param count at most 31 */
	read(count: number): number {
		return count <= 16 ? this.#read(count) : this.#read(count - 16) * 65_536 + this.#read(16);
	}

	#read(count: number): number {
		this.left -= count;
		const from = this.left;
		const at = this.#start + (from > 0 ? from >> 3 : 0);
		const bytes = this.#bytes;
		const value = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16);
		const mask = (1 << count) - 1;
		if (from >= 0) return (value >>> (from & 7)) & mask;
		return -from >= count ? 0 : (value << -from) & mask;
	}
}
