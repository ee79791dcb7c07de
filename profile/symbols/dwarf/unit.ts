import { ElfError } from "../elf.ts";
import type { AbbreviationTables } from "./abbreviations.ts";
import { SLOT, UNIT_TYPE } from "./constants.ts";
import { Cursor } from "./cursor.ts";
import { Entry } from "./entry.ts";
import type { UnitFormat } from "./forms.ts";
import type { DebugSections } from "./sections.ts";
import { addressOf, textOf } from "./values.ts";

/** What its other values are looked up by. */
export interface UnitBases {
	readonly textOffsetsBase: number;
	readonly addressBase: number;
	readonly rangeListsBase: number;
}

/** A unit of .debug_info: mostly what was compiled from one source file. */
export interface Unit extends UnitFormat, UnitBases {
	/** in .debug_info: of the header, of the first entry, and behind the last one */
	readonly start: number;
	readonly entries: number;
	readonly end: number;
	/** where its table begins in .debug_abbrev */
	readonly abbreviations: number;
	readonly type: number;
	/** what its addresses count from */
	readonly low: number;
	/** where its line table begins; -1: it has none */
	readonly lines: number;
	/** in which it was compiled */
	readonly folder: string;
}

type Header = Pick<Unit, keyof UnitFormat | "start" | "entries" | "end" | "abbreviations" | "type">;

/** @returns the unit, and its first entry with its attributes @throws ElfError */
export function readUnit(
	sections: DebugSections,
	tables: AbbreviationTables,
	start: number,
): { unit: Unit; entry: Entry } {
	const header = readHeader(new Cursor(sections.info, start));
	const entry = new Entry();
	// types are of no interest
	if (header.type === UNIT_TYPE.type || header.type === UNIT_TYPE.splitType) {
		return { unit: { ...header, ...DEFAULT_BASES, low: 0, lines: -1, folder: "" }, entry };
	}
	const cursor = new Cursor(sections.info, header.entries, header.end);
	const code = cursor.isAtEnd ? 0 : cursor.unsigned();
	if (code !== 0) {
		const abbreviation = tables.at(header.abbreviations, header)[code];
		if (abbreviation === undefined) throw new ElfError(`the unit at ${start} has no abbreviation ${code}`);
		entry.read(cursor, abbreviation, header);
	}
	const bases = {
		textOffsetsBase: valueIn(entry, SLOT.textOffsetsBase) ?? DEFAULT_BASES.textOffsetsBase,
		addressBase: valueIn(entry, SLOT.addressBase) ?? DEFAULT_BASES.addressBase,
		rangeListsBase: valueIn(entry, SLOT.rangeListsBase) ?? DEFAULT_BASES.rangeListsBase,
	};
	const based = { ...header, ...bases };
	return {
		entry,
		unit: {
			...based,
			low: addressOf(sections, based, entry, SLOT.low) ?? 0,
			lines: valueIn(entry, SLOT.lines) ?? -1,
			folder: textOf(sections, based, entry, SLOT.folder),
		},
	};
}

/** Behind the headers of their sections. */
const DEFAULT_BASES: UnitBases = { textOffsetsBase: 8, addressBase: 8, rangeListsBase: 12 };

function valueIn(entry: Entry, slot: number): number | undefined {
	return entry.has(slot) ? entry.values[slot] : undefined;
}

function readHeader(cursor: Cursor): Header {
	const start = cursor.at;
	const { length, offsetBytes } = readLength(cursor);
	const end = cursor.at + length;
	const version = cursor.u16();
	if (version < 2 || version > 5) throw new ElfError(`the unit at ${start} is of version ${version}`);
	const type = version >= 5 ? cursor.u8() : UNIT_TYPE.compile;
	const early = version >= 5 ? cursor.u8() : 0;
	const abbreviations = cursor.word(offsetBytes);
	const addressBytes = version >= 5 ? early : cursor.u8();
	if (addressBytes !== 4 && addressBytes !== 8) {
		throw new ElfError(`the unit at ${start} has addresses of ${addressBytes} bytes`);
	}
	// an identifier of the file that it was split into
	if (type === UNIT_TYPE.skeleton || type === UNIT_TYPE.splitCompile) cursor.skip(8);
	return { start, end, version, type, abbreviations, addressBytes, offsetBytes, entries: cursor.at };
}

/** Reads how long something is; what its offsets are long goes with it. @throws ElfError when it is not all there */
export function readLength(cursor: Cursor): { length: number; offsetBytes: number } {
	const short = cursor.u32();
	const isLong = short === 0xffffffff;
	const length = isLong ? cursor.u64() : short;
	if (length > cursor.end - cursor.at) throw new ElfError(`what begins at ${cursor.at} is cut off`);
	return { length, offsetBytes: isLong ? 8 : 4 };
}
