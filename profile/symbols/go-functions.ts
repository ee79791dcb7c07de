import { type ElfFile, type ElfSection, number64 } from "./elf.ts";
import { goTextStart } from "./go-text-start.ts";
import { visitRelocations } from "./relative-relocations.ts";
import { fileOffsets, MOST_SYMBOLS, type SymbolEntries } from "./symbol-entries.ts";

/** The functions of a Go program, as its own runtime knows them: also of one without symbols. */
export interface GoFunctions {
	readonly count: number;
	addTo(entries: SymbolEntries): void;
}

/** What the table begins with, by the Go that made it. */
const MAGIC = { go1_2: 0xfffffffb, go1_16: 0xfffffffa, go1_18: 0xfffffff0, go1_20: 0xfffffff1 } as const;

const MAGICS: ReadonlySet<number> = new Set(Object.values(MAGIC));

/** Where what stands in the table, in bytes from its beginning. */
interface Layout {
	readonly count: number;
	/** pairs of a function's address and where its description stands, then the end of the last function */
	readonly functions: number;
	readonly fieldBytes: 4 | 8;
	/** descriptions are told from here */
	readonly descriptions: number;
	readonly names: number;
	readonly namesEnd: number;
	/** addresses count from the first function's section on, not from 0 */
	readonly isRelative: boolean;
	/** of that section, as far as the table knows */
	readonly textStart: number;
}

/** A name with a size that is not weak and is global: what the symbol table would say. */
const RANK = 7;

/**
 * Reads `.gopclntab`, which the linker leaves in also when it is told to strip.
 * @returns undefined: it is no Go program, or of a Go that is not known
 * @throws ElfError
 */
export function readGoFunctions(elf: ElfFile): GoFunctions | undefined {
	const found = functionTableOf(elf);
	if (found === undefined) return undefined;
	const { section, table, layout } = found;
	const addresses = addressesOf(elf, section, table, layout);
	const nameOffsets = nameOffsetsOf(table, layout);
	const toOffset = fileOffsets(elf);
	return {
		count: layout.count,
		addTo(entries) {
			// a copy: the rest of the table is many times larger
			const begin = table.byteOffset + layout.names;
			entries.nameBy(new DataView(table.buffer.slice(begin, table.byteOffset + layout.namesEnd)));
			for (let index = 0; index < layout.count && !entries.isFull; index++) {
				const size = addresses[index + 1] - addresses[index];
				if (size <= 0) continue;
				entries.add(toOffset(addresses[index], section), size, RANK, nameOffsets[index]);
			}
		},
	};
}

interface FunctionTable {
	/** where it stands */
	readonly section: ElfSection;
	readonly table: DataView<ArrayBuffer>;
	readonly layout: Layout;
}

/** In a section of its own, or, linked by another linker, in one with other data. */
function functionTableOf(elf: ElfFile): FunctionTable | undefined {
	const own = elf.sections.find(({ name }) => /^(?:\.data\.rel\.ro)?\.gopclntab$/.test(name));
	if (own !== undefined) {
		const table = elf.bytesOf(own);
		const layout = layoutOf(table);
		return layout && { section: own, table, layout };
	}
	if (!elf.sections.some(({ name }) => name === ".go.buildinfo")) return undefined;
	const mixed = elf.sections.find(({ name }) => name === ".data.rel.ro");
	return mixed && functionTableWithin(elf, mixed);
}

function functionTableWithin(elf: ElfFile, section: ElfSection): FunctionTable | undefined {
	const bytes = elf.bytesOf(section);
	for (let at = 0; at + 16 <= bytes.byteLength; at += 8) {
		if (!MAGICS.has(bytes.getUint32(at, true)) || bytes.getUint16(at + 4, true) !== 0) continue;
		const table = new DataView(bytes.buffer, bytes.byteOffset + at, bytes.byteLength - at);
		const layout = layoutOf(table);
		if (layout === undefined) continue;
		return {
			section: { ...section, address: section.address + at, offset: section.offset + at },
			table,
			layout,
		};
	}
	return undefined;
}

function layoutOf(table: DataView<ArrayBuffer>): Layout | undefined {
	if (table.byteLength < 16) return undefined;
	const magic = table.getUint32(0, true);
	const pointerBytes = table.getUint8(7);
	if (pointerBytes !== 4 && pointerBytes !== 8) return undefined;
	const word = (index: number): number => {
		const at = 8 + index * pointerBytes;
		if (at + pointerBytes > table.byteLength) return Number.NaN;
		return pointerBytes === 8 ? number64(table, at) : table.getUint32(at, true);
	};
	const known = placesOf(magic, word, pointerBytes);
	if (known === undefined) return undefined;
	const room = Math.floor((table.byteLength - known.functions) / known.fieldBytes);
	// NaN compares as false: a header that is cut off makes no table
	const isSound = known.count > 0 && known.count <= MOST_SYMBOLS && 2 * known.count + 1 <= room;
	const isInside = known.names < table.byteLength && known.descriptions < table.byteLength;
	return isSound && isInside ? { ...known, namesEnd: Math.min(known.namesEnd, table.byteLength) } : undefined;
}

function placesOf(magic: number, word: (index: number) => number, pointerBytes: 4 | 8): Layout | undefined {
	const count = word(0);
	switch (magic) {
		case MAGIC.go1_18:
		case MAGIC.go1_20: {
			const [textStart, names, namesEnd, functions] = [word(2), word(3), word(4), word(7)];
			const descriptions = functions;
			return { count, functions, descriptions, fieldBytes: 4, names, namesEnd, isRelative: true, textStart };
		}
		case MAGIC.go1_16: {
			const [names, namesEnd, functions] = [word(2), word(3), word(6)];
			const place = { functions, descriptions: functions, fieldBytes: pointerBytes, names, namesEnd };
			return { count, ...place, isRelative: false, textStart: 0 };
		}
		case MAGIC.go1_2: {
			// names stand anywhere in it, and all is told from its beginning
			const place = { functions: 8 + pointerBytes, descriptions: 0, fieldBytes: pointerBytes };
			return { count, ...place, names: 0, namesEnd: Infinity, isRelative: false, textStart: 0 };
		}
		default:
			return undefined;
	}
}

/** @returns where each function begins, and where the last one ends */
function addressesOf(
	elf: ElfFile,
	section: ElfSection,
	table: DataView<ArrayBuffer>,
	layout: Layout,
): Float64Array {
	const { count, functions, fieldBytes, isRelative } = layout;
	const addresses = new Float64Array(count + 1);
	for (let index = 0; index <= count; index++) {
		addresses[index] = fieldAt(table, functions + 2 * index * fieldBytes, fieldBytes);
	}
	if (isRelative) {
		const start = goTextStart(elf, section, { first: addresses[0], told: layout.textStart });
		return addresses.map((address) => address + start);
	}
	const begin = section.address + functions;
	visitRelocations(elf, (place, address) => {
		const index = (place - begin) / (2 * fieldBytes);
		if (index >= 0 && index <= count && Number.isInteger(index)) addresses[index] = address;
	});
	return addresses;
}

/** A description begins with the function's address, then comes where its name stands. */
function nameOffsetsOf(table: DataView<ArrayBuffer>, layout: Layout): Uint32Array {
	const { count, functions, fieldBytes, descriptions } = layout;
	return Uint32Array.from({ length: count }, (_, index) => {
		const description = fieldAt(table, functions + (2 * index + 1) * fieldBytes, fieldBytes);
		const at = descriptions + description + fieldBytes;
		return at + 4 <= table.byteLength ? table.getUint32(at, true) : 0;
	});
}

function fieldAt(table: DataView<ArrayBuffer>, at: number, bytes: 4 | 8): number {
	return bytes === 8 ? number64(table, at) : table.getUint32(at, true);
}
