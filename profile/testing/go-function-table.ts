import { type ElfFile, type ElfSection, SECTION_TYPE } from "../symbols/elf.ts";

/** Where the code of the made program lies, and how far its addresses are from their places in the file. */
export const GO_TEXT = 0x401000;
export const GO_BASE = 0x400000;
const TABLE = 0x600000;
export const GO_FUNCTIONS = [
	{ name: "runtime.main", start: GO_TEXT + 0x20, end: GO_TEXT + 0x80 },
	{ name: "main.(*burner).Run", start: GO_TEXT + 0x80, end: GO_TEXT + 0x100 },
	{ name: "main.main", start: GO_TEXT + 0x100, end: GO_TEXT + 0x140 },
];

export interface GoVersion {
	readonly magic: number;
	/** words of the header behind the count of functions */
	readonly words: (places: Places) => readonly number[];
	/** addresses have four bytes and count from the start of the code */
	readonly isRelative: boolean;
}

interface Places {
	readonly names: number;
	readonly namesEnd: number;
	readonly functions: number;
}

/** By the Go whose linker wrote such tables first. */
export const GO_VERSIONS: Readonly<Record<string, GoVersion>> = {
	"1.2": { magic: 0xfffffffb, words: () => [], isRelative: false },
	"1.16": {
		magic: 0xfffffffa,
		words: ({ names, namesEnd, functions }) => [0, names, namesEnd, namesEnd, namesEnd, functions],
		isRelative: false,
	},
	"1.18": {
		magic: 0xfffffff0,
		words: ({ names, namesEnd, functions }) => [0, GO_TEXT, names, namesEnd, namesEnd, namesEnd, functions],
		isRelative: true,
	},
	"1.20": {
		magic: 0xfffffff1,
		words: ({ names, namesEnd, functions }) => [0, GO_TEXT, names, namesEnd, namesEnd, namesEnd, functions],
		isRelative: true,
	},
};

/** A function table as the linker of that Go writes it, as far as names go. */
export function goFunctionTable(
	{ magic, words, isRelative }: GoVersion,
	pointerBytes: 4 | 8,
): Uint8Array<ArrayBuffer> {
	const field = isRelative ? 4 : pointerBytes;
	const isOldest = words({ names: 0, namesEnd: 0, functions: 0 }).length === 0;
	const headerBytes = 8 + pointerBytes * (1 + words({ names: 0, namesEnd: 0, functions: 0 }).length);
	const functions = headerBytes;
	const descriptions = functions + field * (2 * GO_FUNCTIONS.length + 1);
	const names = descriptions + GO_FUNCTIONS.length * (field + 4);
	const texts = GO_FUNCTIONS.map(({ name }) => `${name}\0`);
	const namesEnd = names + texts.join("").length;
	const bytes = new Uint8Array(namesEnd);
	const view = new DataView(bytes.buffer);
	const word = (at: number, size: number, value: number) => {
		view.setUint32(at, value, true);
		if (size === 8) view.setUint32(at + 4, 0, true);
	};
	view.setUint32(0, magic, true);
	bytes[6] = 1;
	bytes[7] = pointerBytes;
	const header = [GO_FUNCTIONS.length, ...words({ names, namesEnd, functions })];
	for (const [index, value] of header.entries()) word(8 + index * pointerBytes, pointerBytes, value);
	const base = isRelative ? GO_TEXT : 0;
	const from = isOldest ? 0 : functions;
	let name = names;
	for (const [index, { start, end }] of GO_FUNCTIONS.entries()) {
		const description = descriptions + index * (field + 4);
		word(functions + 2 * index * field, field, start - base);
		word(functions + (2 * index + 1) * field, field, description - from);
		word(functions + (2 * index + 2) * field, field, end - base);
		word(description, field, start - base);
		view.setUint32(description + field, isOldest ? name : name - names, true);
		bytes.set(new TextEncoder().encode(texts[index]), name);
		name += texts[index].length;
	}
	return bytes;
}

/** A program with that table, of which nothing else is there. */
export function goProgram(table: Uint8Array<ArrayBuffer>): ElfFile {
	const section = (name: string, address: number, size: number): ElfSection => ({
		...{ name, type: 1, flags: 6, address, offset: address - GO_BASE, size, link: 0, entrySize: 0 },
	});
	return {
		source: { size: 0, read: () => new Uint8Array(0) },
		is64: true,
		sections: [section(".text", GO_TEXT, 0x1000), section(".gopclntab", TABLE, table.length)],
		segments: [{ offset: 0, fileSize: 0x300000, address: GO_BASE }],
		bytesOf: ({ type, name }) =>
			new DataView(type !== SECTION_TYPE.noBits && name === ".gopclntab" ? table.buffer : new ArrayBuffer(0)),
	};
}
