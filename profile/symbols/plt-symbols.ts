import type { ElfFile, ElfSection } from "./elf.ts";
import { symbolBytes } from "./elf-symbols.ts";
import { MOST_SYMBOLS, type SymbolEntries } from "./symbol-entries.ts";

/** Calls of other libraries go through the PLT, whose entries have no symbols of their own. @throws ElfError */
export function addPlt(elf: ElfFile, entries: SymbolEntries): void {
	const relocations = elf.sections.find(({ name }) => name === ".rela.plt" || name === ".rel.plt");
	const symbols = relocations && elf.sections[relocations.link];
	const strings = symbols && elf.sections[symbols.link];
	if (relocations === undefined || symbols === undefined || strings === undefined) return;
	const offsets = pltNameOffsets(elf, relocations, symbols);
	entries.nameBy(elf.bytesOf(strings), "@plt");
	// the first entry of .plt calls the linker; .plt.sec has none such
	for (const [sectionName, first] of [
		[".plt", 1],
		[".plt.sec", 0],
	] as const) {
		const section = elf.sections.find(({ name }) => name === sectionName);
		if (section === undefined) continue;
		const entryBytes = section.entrySize > 0 ? section.entrySize : 16;
		const room = Math.max(0, Math.floor(section.size / entryBytes) - first);
		for (let index = 0; index < Math.min(offsets.length, room) && !entries.isFull; index++) {
			entries.add(section.offset + entryBytes * (index + first), entryBytes, 0, offsets[index]);
		}
	}
}

/** @returns of each entry's symbol, where its name stands */
function pltNameOffsets(elf: ElfFile, relocations: ElfSection, symbols: ElfSection): number[] {
	const table = elf.bytesOf(relocations);
	const symbolTable = elf.bytesOf(symbols);
	const smallest = elf.is64 ? 16 : 8;
	const entryBytes = Math.max(relocations.entrySize, smallest);
	const bytes = symbolBytes(elf);
	const offsets: number[] = [];
	for (let at = 0; at + entryBytes <= table.byteLength && offsets.length < MOST_SYMBOLS; at += entryBytes) {
		const symbol = elf.is64 ? table.getUint32(at + 12, true) : table.getUint32(at + 4, true) >>> 8;
		const place = symbol * bytes;
		offsets.push(place + bytes <= symbolTable.byteLength ? symbolTable.getUint32(place, true) : 0);
	}
	return offsets;
}
