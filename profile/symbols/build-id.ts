import { type ElfFile, SECTION_TYPE } from "./elf.ts";

const GNU_BUILD_ID = 3;
/** Notes of a file; a hostile one may claim any number, of any size. */
const MOST_SECTIONS = 64;
const MOST_BYTES = 2 ** 20;

/** @returns the build-id as hexadecimal; undefined: the file has none. @throws ElfError */
export function buildIdOf(elf: ElfFile): string | undefined {
	let sections = 0;
	for (const section of elf.sections) {
		if (section.type !== SECTION_TYPE.note || section.size > MOST_BYTES) continue;
		if (++sections > MOST_SECTIONS) break;
		const note = elf.bytesOf(section);
		for (let at = 0; at + 12 <= note.byteLength; ) {
			const nameBytes = align4(note.getUint32(at, true));
			const length = note.getUint32(at + 4, true);
			const start = at + 12 + nameBytes;
			if (start + length > note.byteLength) break;
			if (
				note.getUint32(at + 8, true) === GNU_BUILD_ID &&
				nameBytes === 4 &&
				note.getUint32(at + 12) === GNU
			) {
				return hexOf(new Uint8Array(note.buffer, note.byteOffset + start, length));
			}
			at = start + align4(length);
		}
	}
	return undefined;
}

/** "GNU" and a 0 */
const GNU = 0x474e5500;

function align4(length: number): number {
	return Math.ceil(length / 4) * 4;
}

function hexOf(bytes: Uint8Array): string {
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
