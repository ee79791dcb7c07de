import { ElfError } from "../elf.ts";
import { FORM } from "./constants.ts";
import type { Cursor } from "./cursor.ts";

/** What the length of some values depends on. */
export interface UnitFormat {
	readonly version: number;
	readonly addressBytes: number;
	/** of offsets in sections: 4, or 8 */
	readonly offsetBytes: number;
}

const FIXED = new Map<number, number>([
	[FORM.data1, 1],
	[FORM.flag, 1],
	[FORM.ref1, 1],
	[FORM.strx1, 1],
	[FORM.addrx1, 1],
	[FORM.data2, 2],
	[FORM.ref2, 2],
	[FORM.strx2, 2],
	[FORM.addrx2, 2],
	[FORM.strx3, 3],
	[FORM.addrx3, 3],
	[FORM.data4, 4],
	[FORM.ref4, 4],
	[FORM.strx4, 4],
	[FORM.addrx4, 4],
	[FORM.refSup4, 4],
	[FORM.data8, 8],
	[FORM.ref8, 8],
	[FORM.refSig8, 8],
	[FORM.refSup8, 8],
	[FORM.data16, 16],
	[FORM.flagPresent, 0],
	[FORM.implicitConst, 0],
]);
const OFFSETS: ReadonlySet<number> = new Set([
	FORM.strp,
	FORM.lineStrp,
	FORM.secOffset,
	FORM.strpSup,
	FORM.gnuRefAlt,
	FORM.gnuStrpAlt,
]);

/** As LEB128. */
const NUMBERS: ReadonlySet<number> = new Set([
	FORM.sdata,
	FORM.udata,
	FORM.refUdata,
	FORM.strx,
	FORM.addrx,
	FORM.loclistx,
	FORM.rnglistx,
	FORM.gnuAddrIndex,
	FORM.gnuStrIndex,
]);

/** @returns undefined: it depends on the value */
export function fixedBytesOf(
	form: number,
	{ version, addressBytes, offsetBytes }: UnitFormat,
): number | undefined {
	if (form === FORM.addr) return addressBytes;
	if (form === FORM.refAddr) return version < 3 ? addressBytes : offsetBytes;
	return OFFSETS.has(form) ? offsetBytes : FIXED.get(form);
}

/** @throws ElfError */
export function skipForm(cursor: Cursor, form: number, format: UnitFormat): void {
	const bytes = fixedBytesOf(form, format);
	if (bytes !== undefined) cursor.skip(bytes);
	else if (NUMBERS.has(form)) cursor.unsigned();
	else if (form === FORM.string) cursor.skipText();
	else if (form === FORM.indirect) skipForm(cursor, indirectForm(cursor), format);
	else cursor.skip(blockLength(cursor, form));
}

function blockLength(cursor: Cursor, form: number): number {
	switch (form) {
		case FORM.block:
		case FORM.exprloc:
			return cursor.unsigned();
		case FORM.block1:
			return cursor.u8();
		case FORM.block2:
			return cursor.u16();
		case FORM.block4:
			return cursor.u32();
		default:
			throw unknownForm(form, cursor);
	}
}

/**
 * Reads a number; of a text or block that stands here, where it begins.
 * @returns what the form means is up to the caller: an index, an offset, an address ...
 * @throws ElfError
 */
export function readForm(cursor: Cursor, form: number, format: UnitFormat): number {
	if (form === FORM.flagPresent) return 1;
	if (form === FORM.sdata) return cursor.signed();
	if (NUMBERS.has(form)) return cursor.unsigned();
	if (form === FORM.strx3 || form === FORM.addrx3) return cursor.u24();
	return readWord(cursor, form, format);
}

function readWord(cursor: Cursor, form: number, format: UnitFormat): number {
	const bytes = fixedBytesOf(form, format);
	if (bytes === 1 || bytes === 2 || bytes === 4 || bytes === 8) return cursor.word(bytes);
	const start = cursor.at;
	skipForm(cursor, form, format);
	return start;
}

/** @returns the form that stands before the value @throws ElfError for one that may not stand there */
export function indirectForm(cursor: Cursor): number {
	const form = cursor.unsigned();
	if (form === FORM.indirect || form === FORM.implicitConst) throw unknownForm(form, cursor);
	return form;
}

function unknownForm(form: number, cursor: Cursor): ElfError {
	return new ElfError(`the form 0x${form.toString(16)} at ${cursor.at} is not known`);
}
