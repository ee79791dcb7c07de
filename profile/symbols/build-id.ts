import { type ElfFile, SECTION_TYPE } from "./elf.ts";

const GNU_BUILD_ID = 3;

/** @returns the build-id as hexadecimal; undefined: the file has none. @throws ElfError */
export function buildIdOf(elf: ElfFile): string | undefined {
	for (const section of elf.sections) {
		if (section.type !== SECTION_TYPE.note) continue;
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
