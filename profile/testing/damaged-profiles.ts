import { joined } from "../joined.ts";
import { ProfileFormatError } from "../model.ts";
import { ProtobufReader } from "../read/protobuf.ts";
import { type ReadableFormat, readProfile } from "../read/read-profile.ts";
import { mutated, randomNumbers } from "./mutations.ts";
import { Tokens } from "./text-mutations.ts";

/** Longest that a damaged input may become. */
const MAX_BYTES = 64 * 1024 * 1024;

/** A real input and the ways it is damaged. */
export interface Seed {
	/** of which reader, as it is reported */
	readonly name: string;
	readonly format: ReadableFormat;
	/** @returns the input, damaged as the number says */
	damaged(seed: number): Uint8Array<ArrayBuffer>;
	readonly input: Uint8Array;
}

/** JSON and lines: mostly damaged by their names and numbers, now and then by their bytes. */
export function textSeed(name: string, format: ReadableFormat, input: Uint8Array): Seed {
	const tokens = new Tokens(new TextDecoder().decode(input));
	const encoder = new TextEncoder();
	const damaged = (seed: number): Uint8Array<ArrayBuffer> =>
		seed % 5 === 0 ? mutated(input, seed) : encoder.encode(tokens.mutated(seed));
	return { name, format, damaged, input };
}

/** Anything else: damaged by its bytes. */
export function binarySeed(name: string, format: ReadableFormat, input: Uint8Array): Seed {
	return { name, format, damaged: (seed) => mutated(input, seed), input };
}

/** Protobuf: by its bytes, or by fields that are dropped, doubled or put elsewhere. */
export function protobufSeed(name: string, format: ReadableFormat, input: Uint8Array): Seed {
	const starts = [0];
	const reader = new ProtobufReader(name, input);
	while (reader.next()) {
		reader.skip();
		starts.push(reader.offset);
	}
	const field = (index: number): Uint8Array => input.subarray(starts[index], starts[index + 1]);
	const damaged = (seed: number): Uint8Array<ArrayBuffer> => {
		if (seed % 2 === 0) return mutated(input, seed);
		const random = randomNumbers(seed);
		const order = Array.from({ length: starts.length - 1 }, (_, index) => index);
		for (let times = 1 + random(3); times > 0; times--) {
			const at = random(order.length);
			if (random(3) === 0) order.splice(at, 1);
			else order.splice(at, random(2), random(starts.length - 1));
		}
		const whole = joined(order.map(field));
		return random(2) === 0 ? whole : mutated(whole, seed);
	};
	return { name, format, damaged, input };
}

/**
 * Reads a damaged input, whole or in pieces, as whoever gets a file does: it is read, or refused with the place.
 * @param pieceLength in bytes
 */
export async function readDamagedProfile(bytes: Uint8Array, pieceLength: number): Promise<void> {
	try {
		const { profile } = await readProfile(pieces(bytes, pieceLength), { maxBytes: MAX_BYTES });
		for (const column of profile.samples.values) {
			if (column.length !== profile.samples.length) throw new Error("columns of different lengths");
		}
		for (const time of profile.times?.nanoseconds ?? []) {
			if (!Number.isFinite(time)) throw new Error(`a sample at ${time}`);
		}
	} catch (error) {
		if (!(error instanceof ProfileFormatError)) throw error;
		const isPlace = Number.isSafeInteger(error.offset) && error.offset >= 0 && error.offset <= MAX_BYTES;
		if (!isPlace) throw new Error(`an error at ${error.offset}`, { cause: error });
	}
}

export async function* pieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
	for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}
