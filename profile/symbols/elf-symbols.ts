import { type ElfFile, type ElfSection, number64, SECTION_TYPE } from "./elf.ts";
import { fileOffsets, type SymbolEntries } from "./symbol-entries.ts";

const TYPE = { none: 0, object: 1, function: 2, indirect: 10 } as const;
const BINDING = { global: 1, weak: 2 } as const;
const HIDDEN = 2;
const SHF_ALLOC = 2;
/** Section indices from here on are no sections: absolute, common. */
const RESERVED_SECTIONS = 0xff00;

/** @returns how many symbols a table of the file claims to have */
export function symbolCount(elf: ElfFile, type: number): number {
	const section = elf.sections.find((one) => one.type === type);
	return section === undefined ? 0 : Math.floor(section.size / symbolBytes(elf));
}

export function symbolBytes({ is64 }: ElfFile): number {
	return is64 ? 24 : 16;
}

export function hasFullSymbols(elf: ElfFile): boolean {
	return elf.sections.some(({ type }) => type === SECTION_TYPE.symbols);
}

/**
 * Adds the functions and data of `.symtab` or `.dynsym`.
 * @param type of the section
 * @param loaded the mapped file, whose segments tell places
 * @throws ElfError
 */
export function addSymbols(elf: ElfFile, type: number, loaded: ElfFile, entries: SymbolEntries): void {
	const section = elf.sections.find((one) => one.type === type);
	const strings = section && elf.sections[section.link];
	if (section === undefined || strings === undefined) return;
	const table = elf.bytesOf(section);
	entries.nameBy(elf.bytesOf(strings));
	const { is64 } = elf;
	const bytes = symbolBytes(elf);
	const [infoAt, valueAt, sizeAt] = is64 ? [4, 8, 16] : [12, 4, 8];
	const uses = elf.sections.map(useOf);
	const toOffset = fileOffsets(loaded);
	const moved = movedBy(elf, loaded);
	for (let at = bytes; at + bytes <= table.byteLength && !entries.isFull; at += bytes) {
		const sectionIndex = table.getUint16(at + infoAt + 2, true);
		const use = sectionIndex < RESERVED_SECTIONS ? (uses[sectionIndex] ?? USE.none) : USE.none;
		if (sectionIndex === 0 || use === USE.none) continue;
		const info = table.getUint8(at + infoAt);
		const kind = info & 15;
		const isCode = kind === TYPE.function || kind === TYPE.indirect || kind === TYPE.object;
		// labels in assembly; what a linker put in has no place in a section of code or data
		const isLabel =
			kind === TYPE.none && use === USE.named && (table.getUint8(at + infoAt + 1) & 3) !== HIDDEN;
		if (!isCode && !isLabel) continue;
		const value = moved + (is64 ? number64(table, at + valueAt) : table.getUint32(at + valueAt, true));
		const size = is64 ? number64(table, at + sizeAt) : table.getUint32(at + sizeAt, true);
		entries.add(
			toOffset(value, elf.sections[sectionIndex]),
			size,
			rankOf(size, info >> 4),
			table.getUint32(at, true),
		);
	}
}

/** How far prelink has moved a library since its debug information was split off. */
function movedBy(elf: ElfFile, loaded: ElfFile): number {
	const [before, after] = [elf.segments[0], loaded.segments[0]];
	return before === undefined || after === undefined ? 0 : after.address - before.address;
}

/** What symbols in a section are good for. */
const USE = { none: 0, loaded: 1, named: 2 } as const;

function useOf({ flags, name }: ElfSection): number {
	if (flags % (2 * SHF_ALLOC) < SHF_ALLOC) return USE.none;
	return /text|data/.test(name) ? USE.named : USE.loaded;
}

/** In turn: has a size, is not weak, is global. */
function rankOf(size: number, binding: number): number {
	return (size > 0 ? 4 : 0) + (binding === BINDING.weak ? 0 : 2) + (binding === BINDING.global ? 1 : 0);
}
