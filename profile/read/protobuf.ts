import { ProfileFormatError } from "../model.ts";

const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** An integer of up to 64 bits: a number where that is exact, else a bigint. One value has one form, so it may be a key. */
export type Integer = number | bigint;

/** Times of one stack of one thread for ten hours at 99 Hz; every other list is far shorter. */
const MOST_REPEATED = 4_000_000;

/** Reads one protobuf message in place, field by field. Everything throws ProfileFormatError with the offset in the file. */
export class ProtobufReader {
	readonly #bytes: Uint8Array;
	readonly #format: string;
	readonly #end: number;
	#at: number;
	#wire = 0;
	/** number of the field that `next()` came to */
	field = 0;

	constructor(format: string, bytes: Uint8Array, start = 0, end = bytes.length) {
		this.#format = format;
		this.#bytes = bytes;
		this.#at = start;
		this.#end = end;
	}

	get offset(): number {
		return this.#at;
	}

	/** @returns a second reader of what this one has not read yet */
	again(): ProtobufReader {
		return new ProtobufReader(this.#format, this.#bytes, this.#at, this.#end);
	}

	/** Goes to the next field, whose value must then be taken or skipped. @returns false at the end */
	next(): boolean {
		if (this.#at >= this.#end) return false;
		const tag = this.#index();
		this.#wire = tag % 8;
		this.field = Math.floor(tag / 8);
		if (this.field === 0) this.fail("field number 0");
		return true;
	}

	skip(): void {
		if (this.#wire === WIRE.varint) this.#varint();
		else if (this.#wire === WIRE.fixed64) this.#advance(8);
		else if (this.#wire === WIRE.bytes) this.#advance(this.#index());
		else if (this.#wire === WIRE.fixed32) this.#advance(4);
		else this.fail(`wire type ${this.#wire}`);
	}

	/** A signed 64-bit integer (int64). */
	int64(): Integer {
		this.#expect(WIRE.varint);
		const value = this.#varint();
		return typeof value === "number" ? value : narrow(BigInt.asIntN(64, value));
	}

	/** An unsigned 64-bit integer (uint64). */
	uint64(): Integer {
		this.#expect(WIRE.varint);
		return this.#varint();
	}

	/** An integer that must be a number: an index, a line, a process. */
	number(): number {
		const value = this.int64();
		return typeof value === "number" ? value : this.fail("a number beyond 2^53");
	}

	/** @returns the value's bytes, not copied */
	bytes(): Uint8Array {
		const start = this.#embedded();
		return this.#bytes.subarray(start, this.#at);
	}

	/** @returns a reader of the embedded message */
	message(): ProtobufReader {
		const start = this.#embedded();
		return new ProtobufReader(this.#format, this.#bytes, start, this.#at);
	}

	/** Adds a repeated integer's values to `into`, packed or not; each byte of it takes eight in memory. */
	repeated(into: Integer[], signed: boolean): void {
		if (into.length >= MOST_REPEATED) this.fail(`more than ${MOST_REPEATED} numbers in one list`);
		if (this.#wire === WIRE.varint) {
			into.push(signed ? this.int64() : this.uint64());
			return;
		}
		const packed = this.message();
		packed.#wire = WIRE.varint;
		while (packed.#at < packed.#end) {
			if (into.length >= MOST_REPEATED) packed.fail(`more than ${MOST_REPEATED} numbers in one list`);
			into.push(signed ? packed.int64() : packed.uint64());
		}
	}

	fail(reason: string): never {
		throw new ProfileFormatError(this.#format, this.#at, reason);
	}

	#embedded(): number {
		this.#expect(WIRE.bytes);
		const length = this.#index();
		const start = this.#at;
		this.#advance(length);
		return start;
	}

	#expect(wire: number): void {
		if (this.#wire !== wire) this.fail(`field ${this.field} has wire type ${this.#wire}`);
	}

	#advance(length: number): void {
		if (length > this.#end - this.#at) this.fail("cut off");
		this.#at += length;
	}

	#index(): number {
		const value = this.#varint();
		return typeof value === "number" ? value : this.fail("a length beyond 2^53");
	}

	#varint(): Integer {
		let value = 0;
		let scale = 1;
		for (let index = 0; index < 7; index++) {
			const byte = this.#byte();
			value += (byte & 0x7f) * scale;
			if (byte < 0x80) return value;
			scale *= 128;
		}
		let large = BigInt(value);
		for (let shift = 49n; shift < 70n; shift += 7n) {
			const byte = this.#byte();
			large += BigInt(byte & 0x7f) << shift;
			if (byte < 0x80) return narrow(BigInt.asUintN(64, large));
		}
		return this.fail("a number of more than 64 bits");
	}

	#byte(): number {
		if (this.#at >= this.#end) this.fail("cut off");
		return this.#bytes[this.#at++];
	}
}

function narrow(value: bigint): Integer {
	const number = Number(value);
	return Number.isSafeInteger(number) ? number : value;
}
