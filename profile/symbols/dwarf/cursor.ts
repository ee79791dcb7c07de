import { ElfError } from "../elf.ts";
import type { DebugSection, Window } from "./debug-section.ts";

const BITS_32 = 4_294_967_296;

/** Reads one value of a section after another. All of it throws ElfError at the end. */
export class Cursor {
	/** offset in the section of what is read next */
	at: number;
	readonly end: number;
	readonly #section: DebugSection;
	#view: Window["view"];
	#start = 0;
	#windowEnd = 0;

	/** @param end what lies there is read no more */
	constructor(section: DebugSection, at: number, end = section.size) {
		this.#section = section;
		this.at = at;
		this.end = Math.min(end, section.size);
		this.#view = EMPTY;
	}

	get isAtEnd(): boolean {
		return this.at >= this.end;
	}

	u8(): number {
		if (this.at + 1 > this.#windowEnd) this.#load(1);
		return this.#view.getUint8(this.at++ - this.#start);
	}

	u16(): number {
		if (this.at + 2 > this.#windowEnd) this.#load(2);
		const value = this.#view.getUint16(this.at - this.#start, true);
		this.at += 2;
		return value;
	}

	u24(): number {
		return this.u8() + 256 * this.u16();
	}

	u32(): number {
		if (this.at + 4 > this.#windowEnd) this.#load(4);
		const value = this.#view.getUint32(this.at - this.#start, true);
		this.at += 4;
		return value;
	}

	/** Exact below 2^53; what is larger stays larger than any address. */
	u64(): number {
		const low = this.u32();
		return this.u32() * BITS_32 + low;
	}

	/** LEB128. */
	unsigned(): number {
		let value = 0;
		for (let scale = 1; ; scale *= 128) {
			const byte = this.u8();
			value += (byte & 127) * scale;
			if (byte < 128) return value;
			if (scale > LARGEST_SCALE) throw new ElfError(`a number is too long at ${this.at}`);
		}
	}

	/** LEB128. */
	signed(): number {
		let value = 0;
		for (let scale = 1; ; scale *= 128) {
			const byte = this.u8();
			value += (byte & 127) * scale;
			if (byte < 128) return byte >= 64 ? value - scale * 128 : value;
			if (scale > LARGEST_SCALE) throw new ElfError(`a number is too long at ${this.at}`);
		}
	}

	/** @param size of an address, or of an offset */
	word(size: number): number {
		if (size === 8) return this.u64();
		if (size === 4) return this.u32();
		if (size === 2) return this.u16();
		return this.u8();
	}

	skip(bytes: number): void {
		if (!(bytes <= this.end - this.at))
			throw new ElfError(`${this.#section.name} ends within what is at ${this.at}`);
		this.at += bytes;
	}

	/** Skips a text and its 0. */
	skipText(): void {
		while (this.u8() !== 0);
	}

	#load(bytes: number): void {
		if (this.at + bytes > this.end)
			throw new ElfError(`${this.#section.name} ends within what is at ${this.at}`);
		const { view, start, end } = this.#section.window(this.at, bytes);
		this.#view = view;
		this.#start = start;
		this.#windowEnd = Math.min(end, this.end);
	}
}

const EMPTY = new DataView(new ArrayBuffer(0));
/** 64 bits have ten digits of seven; some writers fill up with zeros, though not without end. */
const LARGEST_SCALE = 2 ** 84;
