import { ProfileFormatError } from "../model.ts";
import { ZstdDecoder } from "./zstd/zstd-decoder.ts";
import { ZstdError } from "./zstd/zstd-error.ts";

/** Compressed bytes taken at once: four of them may become a block of 128 KiB, and all blocks of a piece are held. */
const PIECE = 1024;
const MAGIC = [0x28, 0xb5, 0x2f, 0xfd] as const;
/** Of a frame with something else in it; the first byte's lower half may be anything. */
const SKIPPABLE = [0x50, 0x2a, 0x4d, 0x18] as const;

export function isZstd(head: Uint8Array): boolean {
	return (
		MAGIC.every((byte, index) => head[index] === byte) ||
		SKIPPABLE.every((byte, index) => (index === 0 ? head[0] & 0xf0 : head[index]) === byte)
	);
}

/** Decompresses zstd, piece by piece. @throws ProfileFormatError with the offset in what came out of it */
export async function* unzstd(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	let blocks: Uint8Array[] = [];
	let made = 0;
	const decoder = new ZstdDecoder((block) => blocks.push(block));
	for await (const chunk of chunks) {
		for (let at = 0; at < chunk.length; at += PIECE) {
			inZstd(made, () => decoder.push(chunk.subarray(at, at + PIECE)));
			for (const block of blocks) {
				made += block.length;
				if (block.length > 0) yield block;
			}
			blocks = [];
		}
	}
	inZstd(made, () => decoder.end());
}

function inZstd(made: number, decode: () => void): void {
	try {
		decode();
	} catch (cause) {
		if (!(cause instanceof ZstdError)) throw cause;
		throw new ProfileFormatError("zstd", made, cause.message, { cause });
	}
}
