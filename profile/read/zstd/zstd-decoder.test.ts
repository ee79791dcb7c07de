import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { constants, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { mutated, randomNumbers } from "../../testing/mutations.ts";
import { ZstdDecoder } from "./zstd-decoder.ts";
import { ZstdError } from "./zstd-error.ts";

const LEVELS = [1, 3, 9, 19];

function decoded(compressed: Uint8Array, pieceLength = compressed.length): Buffer {
	const blocks: Uint8Array[] = [];
	const decoder = new ZstdDecoder((bytes) => blocks.push(bytes));
	for (let at = 0; at < compressed.length; at += pieceLength) {
		decoder.push(compressed.subarray(at, at + pieceLength));
	}
	decoder.end();
	assert.equal(decoder.offset, compressed.length);
	return Buffer.concat(blocks);
}

function compressed(bytes: Uint8Array, level: number, checksum = 0): Buffer {
	return zstdCompressSync(bytes, {
		params: { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_checksumFlag]: checksum },
	});
}

/** Words that come back, near and far, with numbers between them: all kinds of blocks and tables. */
function text(length: number): Buffer {
	const random = randomNumbers(length);
	const words = Array.from({ length: 300 }, () =>
		random(2 ** 31)
			.toString(36)
			.repeat(1 + random(3)),
	);
	let all = "";
	while (all.length < length)
		all += `${words[random(1 + random(words.length))]} ${random(1 + random(1e6))}\n`;
	return Buffer.from(all.slice(0, length));
}

function noise(length: number): Buffer {
	const random = randomNumbers(length);
	return Buffer.from(Array.from({ length }, () => random(256)));
}

describe("zstd", () => {
	for (const level of LEVELS) {
		it(`is undone at level ${level}`, () => {
			for (const bytes of [
				Buffer.alloc(0),
				Buffer.from("a"),
				text(200),
				text(5_000),
				text(1_500_000),
				noise(300_000),
				Buffer.alloc(700_000, 7),
				Buffer.concat([text(400_000), noise(100_000), text(400_000), Buffer.alloc(50_000)]),
				readFileSync(join(import.meta.dirname, "../fixtures/tiny.elf")),
			]) {
				assert.ok(decoded(compressed(bytes, level)).equals(bytes), `${bytes.length} bytes`);
			}
		});
	}

	it("is undone in pieces of any length, frame after frame", () => {
		const bytes = text(300_000);
		const skippable = Buffer.from("5a2a4d1803000000616263", "hex");
		const frames = Buffer.concat([compressed(bytes, 3, 1), skippable, compressed(bytes, 9), skippable]);
		for (const pieceLength of [1, 7, 1021, 65_536])
			assert.ok(decoded(frames, pieceLength).equals(Buffer.concat([bytes, bytes])));
	});

	it("is undone whatever the bytes", () => {
		const few = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 4000 });
		const pieces = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 40 });
		fc.assert(
			fc.property(few, pieces, fc.constantFrom(...LEVELS), (numbers, others, level) => {
				const bytes = Buffer.concat([Buffer.from(numbers), ...others, ...others, Buffer.from(numbers)]);
				return decoded(compressed(bytes, level)).equals(bytes);
			}),
		);
	});

	it("is refused where it is damaged, and never waited for", () => {
		const inputs = [text(20_000), noise(500), Buffer.alloc(3000, 1)].flatMap((bytes) =>
			LEVELS.map((level) => compressed(bytes, level)),
		);
		for (let seed = 0; seed < 3000; seed++) {
			let made = 0;
			try {
				const decoder = new ZstdDecoder((bytes) => {
					made += bytes.length;
				});
				decoder.push(mutated(inputs[seed % inputs.length], seed));
				decoder.end();
			} catch (error) {
				assert.ok(error instanceof ZstdError, `seed ${seed}: ${(error as Error).stack}`);
			}
			assert.ok(made < 2 ** 27, `seed ${seed}`);
		}
	});

	it("ends on a Huffman table whose weights cost no bits", () => {
		const frame = Buffer.from("28b52ffd0000ad000002010304f003ffffffffffffffffffffffffffff00", "hex");
		assert.throws(() => decoded(frame), ZstdError);
	});

	it("says why", () => {
		assert.throws(() => decoded(Buffer.from("no zstd at all")), /no frame begins/);
		assert.throws(() => decoded(compressed(text(9000), 3).subarray(0, 900)), /cut off/);
		// a window of 512 MiB
		assert.throws(() => decoded(Buffer.from("28b52ffd0098", "hex")), /window/);
		assert.throws(() => decoded(Buffer.from("28b52ffd015805", "hex")), /dictionary/);
	});
});
