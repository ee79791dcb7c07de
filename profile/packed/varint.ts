import { grow } from "../growing.ts";
import { ProfileFormatError } from "../model.ts";

/** Of one number. */
const MOST_BYTES = 8;

/** Whole numbers from 0 to 2^53, in as few bytes as each needs: seven bits a byte, the lowest first. */
export class VarintWriter {
	#bytes = new Uint8Array(1024);
	#length = 0;

	push(value: number): void {
		this.#bytes = grow(this.#bytes, this.#length + MOST_BYTES);
		let rest = value;
		while (rest > 127) {
			this.#bytes[this.#length++] = (rest % 128) | 128;
			rest = Math.floor(rest / 128);
		}
		this.#bytes[this.#length++] = rest;
	}

	bytes(): Uint8Array<ArrayBuffer> {
		return this.#bytes.slice(0, this.#length);
	}
}

/** Reads what VarintWriter wrote. */
export class VarintReader {
	readonly #bytes: Uint8Array;
	#at = 0;

	constructor(bytes: Uint8Array) {
		this.#bytes = bytes;
	}

	/** @throws ProfileFormatError at the end, or where there is no such number */
	next(): number {
		let value = 0;
		for (let factor = 1; ; factor *= 128) {
			const byte = this.#bytes[this.#at++];
			if (byte === undefined) throw new ProfileFormatError("call tree", this.#at, "it ends too soon");
			value += (byte & 127) * factor;
			if (!Number.isSafeInteger(value))
				throw new ProfileFormatError("call tree", this.#at, "a number too large");
			if (byte < 128) return value;
		}
	}

	/** @param length of what must be there, at least as many bytes */
	column(length: number): Float64Array {
		if (!(length >= 0 && length <= this.#bytes.length - this.#at)) {
			throw new ProfileFormatError("call tree", this.#at, "it ends too soon");
		}
		const values = new Float64Array(length);
		for (let index = 0; index < length; index++) values[index] = this.next();
		return values;
	}
}
