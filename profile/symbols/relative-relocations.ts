import { ElfError, type ElfFile, number64, SECTION_TYPE } from "./elf.ts";

const ENTRY_BYTES = 24;
/** The largest programs have some ten megabytes. */
const MOST_BYTES = 128 * 2 ** 20;

/**
 * The places in a program that may lie anywhere, and what is written there when it is loaded (before it is moved): in the
 * file itself stands nothing. 32-bit programs have those values in place.
 * @param visit gets the address of a word, and the address it will hold
 * @throws ElfError
 */
export function visitRelocations(elf: ElfFile, visit: (place: number, address: number) => void): void {
	if (!elf.is64) return;
	let bytes = 0;
	for (const section of elf.sections) {
		if (section.type !== SECTION_TYPE.rela) continue;
		bytes += section.size;
		if (bytes > MOST_BYTES) throw new ElfError("its relocations are absurdly large");
		const table = elf.bytesOf(section);
		for (let at = 0; at + ENTRY_BYTES <= table.byteLength; at += ENTRY_BYTES) {
			// one that depends on a symbol is none of ours
			if (table.getUint32(at + 12, true) === 0) visit(number64(table, at), number64(table, at + 16));
		}
	}
}
