/** Bytes of a file, read as they are needed: a program may have gigabytes, its symbols a few megabytes. */
export interface ByteSource {
	readonly size: number;
	/** @returns fewer bytes than asked for where the file ends */
	read(offset: number, length: number): Uint8Array<ArrayBuffer>;
}

/** What is in memory as a whole. */
export function sourceOf(bytes: Uint8Array<ArrayBuffer>): ByteSource {
	return { size: bytes.length, read: (offset, length) => bytes.slice(offset, offset + length) };
}

/** It is no ELF file that can be read, or it contradicts itself. */
export class ElfError extends Error {
	override name = "ElfError";
}

export interface ElfSection {
	readonly name: string;
	readonly type: number;
	readonly flags: number;
	readonly address: number;
	readonly offset: number;
	readonly size: number;
	/** index of another section, by this one's type */
	readonly link: number;
	readonly entrySize: number;
}

/** A piece of the file that is loaded: PT_LOAD. */
export interface ElfSegment {
	readonly offset: number;
	readonly fileSize: number;
	readonly address: number;
}

export interface ElfFile {
	readonly source: ByteSource;
	readonly is64: boolean;
	readonly sections: readonly ElfSection[];
	readonly segments: readonly ElfSegment[];
	/** @throws ElfError when it lies outside of the file or is absurdly large */
	bytesOf(section: ElfSection): DataView<ArrayBuffer>;
}

export const SECTION_TYPE = { symbols: 2, rela: 4, note: 7, noBits: 8, rel: 9, dynamicSymbols: 11 } as const;

const HEADER_BYTES = 64;
const LOAD = 1;
/**
 * A hostile header may claim any number; programs have some hundred sections at most and a hundred segments. Those of many
 * files are held at the same time.
 */
const MAX_SECTIONS = 4_096;
const MAX_SEGMENTS = 4_096;
const MAX_LOADED_SEGMENTS = 256;
const LONGEST_SECTION_NAME = 64;
const MAX_SECTION_BYTES = 192 * 1024 * 1024;

/** @throws ElfError */
export function readElf(source: ByteSource): ElfFile {
	const header = view(source.read(0, HEADER_BYTES));
	if (header.byteLength < 52 || header.getUint32(0) !== 0x7f454c46) throw new ElfError("it is no ELF file");
	const [elfClass, encoding] = [header.getUint8(4), header.getUint8(5)];
	if (encoding !== 1) throw new ElfError("it is not little-endian");
	if (elfClass !== 1 && elfClass !== 2) throw new ElfError(`its class is ${elfClass}`);
	const is64 = elfClass === 2;
	if (is64 && header.byteLength < HEADER_BYTES) throw new ElfError("its header is cut off");
	const layout = is64 ? layout64(header) : layout32(header);
	return {
		source,
		is64,
		segments: readSegments(source, layout, is64),
		sections: readSections(source, layout, is64),
		bytesOf: (section: ElfSection) => bytesOf(source, section),
	};
}

interface Layout {
	readonly segments: number;
	readonly segmentSize: number;
	readonly segmentCount: number;
	readonly sections: number;
	readonly sectionSize: number;
	readonly sectionCount: number;
	readonly nameSection: number;
}

function layout64(header: DataView): Layout {
	return {
		segments: number64(header, 32),
		sections: number64(header, 40),
		segmentSize: header.getUint16(54, true),
		segmentCount: header.getUint16(56, true),
		sectionSize: header.getUint16(58, true),
		sectionCount: header.getUint16(60, true),
		nameSection: header.getUint16(62, true),
	};
}

function layout32(header: DataView): Layout {
	return {
		segments: header.getUint32(28, true),
		sections: header.getUint32(32, true),
		segmentSize: header.getUint16(42, true),
		segmentCount: header.getUint16(44, true),
		sectionSize: header.getUint16(46, true),
		sectionCount: header.getUint16(48, true),
		nameSection: header.getUint16(50, true),
	};
}

function readSegments(source: ByteSource, layout: Layout, is64: boolean): ElfSegment[] {
	const { segments, segmentSize, segmentCount } = layout;
	if (segmentSize < (is64 ? 56 : 32) || segmentCount > MAX_SEGMENTS) return [];
	const table = view(source.read(segments, segmentSize * segmentCount));
	const found: ElfSegment[] = [];
	for (let at = 0; at + segmentSize <= table.byteLength; at += segmentSize) {
		if (table.getUint32(at, true) !== LOAD) continue;
		if (found.length === MAX_LOADED_SEGMENTS) break;
		found.push(
			is64
				? {
						offset: number64(table, at + 8),
						address: number64(table, at + 16),
						fileSize: number64(table, at + 32),
					}
				: {
						offset: table.getUint32(at + 4, true),
						address: table.getUint32(at + 8, true),
						fileSize: table.getUint32(at + 16, true),
					},
		);
	}
	return found;
}

function readSections(source: ByteSource, layout: Layout, is64: boolean): ElfSection[] {
	const { sections, sectionSize, sectionCount, nameSection } = layout;
	if (sections === 0 || sectionSize < (is64 ? 64 : 40)) return [];
	// with very many sections the count stands in the first one
	const first = view(source.read(sections, sectionSize));
	if (first.byteLength < sectionSize) return [];
	const count = sectionCount === 0 ? (is64 ? number64(first, 32) : first.getUint32(20, true)) : sectionCount;
	if (count > MAX_SECTIONS) throw new ElfError(`it claims to have ${count} sections`);
	const table = view(source.read(sections, sectionSize * count));
	const raw: (ElfSection & { nameOffset: number })[] = [];
	for (let at = 0; at + sectionSize <= table.byteLength; at += sectionSize) {
		raw.push({ nameOffset: table.getUint32(at, true), name: "", ...sectionAt(table, at, is64) });
	}
	const nameIndex =
		nameSection === 0xffff ? (is64 ? first.getUint32(40, true) : first.getUint32(24, true)) : nameSection;
	const names = raw[nameIndex];
	const text = names === undefined ? undefined : bytesOf(source, names);
	return raw.map(({ nameOffset, ...section }) => ({
		...section,
		name: text ? textAt(text, nameOffset, LONGEST_SECTION_NAME) : "",
	}));
}

function sectionAt(table: DataView, at: number, is64: boolean): Omit<ElfSection, "name"> {
	const type = table.getUint32(at + 4, true);
	if (is64) {
		return {
			type,
			flags: number64(table, at + 8),
			address: number64(table, at + 16),
			offset: number64(table, at + 24),
			size: number64(table, at + 32),
			link: table.getUint32(at + 40, true),
			entrySize: number64(table, at + 56),
		};
	}
	return {
		type,
		flags: table.getUint32(at + 8, true),
		address: table.getUint32(at + 12, true),
		offset: table.getUint32(at + 16, true),
		size: table.getUint32(at + 20, true),
		link: table.getUint32(at + 24, true),
		entrySize: table.getUint32(at + 36, true),
	};
}

function bytesOf(source: ByteSource, { type, offset, size, name }: ElfSection): DataView<ArrayBuffer> {
	if (type === SECTION_TYPE.noBits) return new DataView(new ArrayBuffer(0));
	if (size > MAX_SECTION_BYTES || offset > source.size || size > source.size - offset) {
		throw new ElfError(`its section ${name} does not lie inside of it`);
	}
	return view(source.read(offset, size));
}

const UTF8 = new TextDecoder();

/** Longest name that is read: a string table without zeros must not become one name of its whole length. */
const LONGEST_TEXT = 65_536;

/** @returns what stands at an offset of a string table, up to its 0 */
export function textAt(table: DataView<ArrayBuffer>, offset: number, longest = LONGEST_TEXT): string {
	if (offset >= table.byteLength) return "";
	const length = Math.min(table.byteLength - offset, longest);
	const bytes = new Uint8Array(table.buffer, table.byteOffset + offset, length);
	const end = bytes.indexOf(0);
	return UTF8.decode(end === -1 ? bytes : bytes.subarray(0, end));
}

/** 64 bits as a number; exact below 2^53, which every real offset and address of a file is. */
export function number64(table: DataView, offset: number): number {
	return table.getUint32(offset + 4, true) * 4_294_967_296 + table.getUint32(offset, true);
}

function view(bytes: Uint8Array<ArrayBuffer>): DataView<ArrayBuffer> {
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
