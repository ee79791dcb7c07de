import { ElfError, type ElfFile, type ElfSection, number64, SECTION_TYPE } from "./elf.ts";
import { visitRelocations } from "./relative-relocations.ts";

/** Sections in which the linker may put the description of a program's code: its own from Go 1.26 on. */
const DESCRIBING = /^\.(?:go\.module|noptrdata|data(?:\.rel\.ro.*)?)$/;
/** Words of that description: it begins with where the function table is. */
const WORD = { firstFunction: 20, text: 22 } as const;
/** The address of the table may stand at other places by chance. */
const MOST_CANDIDATES = 64;
const MOST_SEARCHED = 128 * 2 ** 20;

export interface TextStartHints {
	/** where the first function begins, counted from the start of the code */
	readonly first: number;
	/** what the function table says; 0 in programs that may lie anywhere, and from Go 1.26 on */
	readonly told: number;
}

/**
 * Where the Go code of a program starts. That need not be the start of `.text`: code in C comes before it.
 * @param table `.gopclntab`
 * @throws ElfError
 */
export function goTextStart(elf: ElfFile, table: ElfSection, { first, told }: TextStartHints): number {
	const candidates = placesOf(elf, table.address);
	const words = wordsAt(elf, candidates);
	for (const candidate of candidates) {
		const text = words.get(candidate + WORD.text * wordBytes(elf));
		const firstFunction = words.get(candidate + WORD.firstFunction * wordBytes(elf));
		if (text !== undefined && firstFunction === text + first) return text;
	}
	if (told !== 0) return told;
	return elf.sections.find(({ name }) => name === ".text")?.address ?? 0;
}

function wordBytes({ is64 }: ElfFile): 4 | 8 {
	return is64 ? 8 : 4;
}

/** @returns places of words that hold the address, once loaded */
function placesOf(elf: ElfFile, address: number): number[] {
	const places: number[] = [];
	const note = (place: number) => {
		if (places.length < MOST_CANDIDATES) places.push(place);
	};
	visitRelocations(elf, (place, value) => {
		if (value === address) note(place);
	});
	const bytes = wordBytes(elf);
	let searched = 0;
	for (const section of elf.sections) {
		if (!DESCRIBING.test(section.name) || section.type === SECTION_TYPE.noBits) continue;
		searched += section.size;
		if (searched > MOST_SEARCHED) throw new ElfError("its data are absurdly large");
		const table = elf.bytesOf(section);
		for (let at = 0; at + bytes <= table.byteLength; at += bytes) {
			if (wordAt(table, at, bytes) === address) note(section.address + at);
		}
	}
	return places;
}

/** @returns the words of the descriptions that may begin at the candidates, by their places */
function wordsAt(elf: ElfFile, candidates: readonly number[]): Map<number, number> {
	const bytes = wordBytes(elf);
	const wanted = new Set(
		candidates.flatMap((candidate) => Object.values(WORD).map((index) => candidate + index * bytes)),
	);
	const words = new Map<number, number>();
	for (const place of wanted) {
		const section = elf.sections.find(
			({ address, size, type }) =>
				type !== SECTION_TYPE.noBits && place >= address && place + bytes <= address + size,
		);
		if (section === undefined) continue;
		const source = elf.source.read(section.offset + place - section.address, bytes);
		if (source.length < bytes) continue;
		words.set(place, wordAt(new DataView(source.buffer, source.byteOffset, bytes), 0, bytes));
	}
	visitRelocations(elf, (place, value) => {
		if (wanted.has(place)) words.set(place, value);
	});
	return words;
}

function wordAt(table: DataView<ArrayBuffer>, at: number, bytes: 4 | 8): number {
	return bytes === 8 ? number64(table, at) : table.getUint32(at, true);
}
