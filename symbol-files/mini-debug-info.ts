import { ReadableStream } from "node:stream/web";
import { setImmediate as others } from "node:timers/promises";
import xz from "xz-decompress";
import { ElfError, type ElfFile, readElf, sourceOf } from "../profile/symbols/elf.ts";

/** What a hostile file may cost; those of the largest programs are some ten megabytes. */
const MOST_BYTES = 32 * 2 ** 20;
/** They shrink to a fourth. */
const MOST_COMPRESSED = 8 * 2 ** 20;
/** Decompressed at once: some milliseconds. */
const TURN_BYTES = 2 ** 20;
const LONGEST_MILLISECONDS = 10_000;

/**
 * Some distributions leave a stripped file the names of its functions, as another ELF file, compressed (`.gnu_debugdata`).
 * It is decompressed piece by piece, between which others get their turn.
 * @returns undefined: it has none
 * @throws ElfError, or an error of the decompressor
 */
export async function miniDebugInfo(elf: ElfFile): Promise<ElfFile | undefined> {
	const section = elf.sections.find(({ name }) => name === ".gnu_debugdata");
	if (section === undefined) return undefined;
	if (section.size > MOST_COMPRESSED) throw new ElfError("its compressed symbols are absurdly large");
	const { buffer, byteOffset, byteLength } = elf.bytesOf(section);
	return readElf(sourceOf(await decompressed(new Uint8Array(buffer, byteOffset, byteLength))));
}

export function hasMiniDebugInfo({ sections }: ElfFile): boolean {
	return sections.some(({ name }) => name === ".gnu_debugdata");
}

async function decompressed(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
	const begun = performance.now();
	const pieces: Uint8Array[] = [];
	let length = 0;
	let nextTurn = TURN_BYTES;
	// whatever ends the loop also ends the decompressor, of which there is one for all
	for await (const piece of new xz.XzReadableStream(streamOf(bytes))) {
		pieces.push(piece);
		length += piece.length;
		if (length > MOST_BYTES) throw new ElfError("its compressed symbols are absurdly large");
		if (performance.now() - begun > LONGEST_MILLISECONDS) {
			throw new ElfError("its compressed symbols take too long");
		}
		if (length >= nextTurn) {
			nextTurn = length + TURN_BYTES;
			await others();
		}
	}
	return Buffer.concat(pieces, length) as Uint8Array<ArrayBuffer>;
}

type ByteStream = ConstructorParameters<typeof xz.XzReadableStream>[0];

function streamOf(bytes: Uint8Array): ByteStream {
	const stream = new ReadableStream({
		start(controller) {
			controller.enqueue(bytes);
			controller.close();
		},
	});
	// one class at run time, which the types of browsers and of Node.js declare each for themselves
	return stream as unknown as ByteStream;
}
