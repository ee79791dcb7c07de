import { grow } from "../growing.ts";

const encoder = new TextEncoder();

/** Writes protobuf fields into a buffer that grows. Fields that are 0 or empty are left out, as the format has it. */
export class ProtobufWriter {
	#bytes = new Uint8Array(1024);
	#length = 0;

	get length(): number {
		return this.#length;
	}

	/** @returns a copy of what was written, and starts again */
	take(): Uint8Array<ArrayBuffer> {
		const bytes = this.#bytes.slice(0, this.#length);
		this.#length = 0;
		return bytes;
	}

	/** @param value an integer of up to 64 bits */
	integer(field: number, value: number | bigint): void {
		if (value === 0 || value === 0n) return;
		this.#varint(field * 8);
		this.#varint(value);
	}

	text(field: number, text: string): void {
		this.#bytesField(field, encoder.encode(text));
	}

	/** A message or text that is kept although it is empty, as entries of a list must be. */
	message(field: number, content: ProtobufWriter): void {
		this.#bytesField(field, content.#bytes.subarray(0, content.#length));
		content.#length = 0;
	}

	packed(field: number, values: Iterable<number | bigint>): void {
		const content = new ProtobufWriter();
		for (const value of values) content.#varint(value);
		if (content.#length > 0) this.message(field, content);
	}

	#bytesField(field: number, bytes: Uint8Array): void {
		this.#varint(field * 8 + 2);
		this.#varint(bytes.length);
		this.#reserve(bytes.length);
		this.#bytes.set(bytes, this.#length);
		this.#length += bytes.length;
	}

	#varint(value: number | bigint): void {
		this.#reserve(10);
		if (typeof value === "number" && value >= 0 && value <= Number.MAX_SAFE_INTEGER) {
			let rest = value;
			for (; rest > 0x7f; rest = Math.floor(rest / 128)) this.#bytes[this.#length++] = (rest % 128) | 0x80;
			this.#bytes[this.#length++] = rest;
			return;
		}
		let rest = BigInt.asUintN(64, BigInt(value));
		for (; rest > 0x7fn; rest >>= 7n) this.#bytes[this.#length++] = Number(rest & 0x7fn) | 0x80;
		this.#bytes[this.#length++] = Number(rest);
	}

	#reserve(length: number): void {
		this.#bytes = grow(this.#bytes, this.#length + length);
	}
}
