import { ElfError } from "../elf.ts";
import { FORM, SLOT_OF_ATTRIBUTE } from "./constants.ts";
import { Cursor } from "./cursor.ts";
import type { DebugSection } from "./debug-section.ts";
import { fixedBytesOf, type UnitFormat } from "./forms.ts";

/** What entries of one kind look like. */
export interface Abbreviation {
	readonly tag: number;
	readonly hasChildren: boolean;
	readonly forms: readonly number[];
	/** where the value of each form goes; -1: nowhere */
	readonly slots: readonly number[];
	/** by place in `forms`: values that stand here and not in the entry */
	readonly constants: ReadonlyMap<number, number>;
	/** How to skip an entry: numbers of bytes, and in between forms of no fixed length, as -1 - form. */
	readonly skips: readonly number[];
}

/** By code. */
export type Abbreviations = readonly (Abbreviation | undefined)[];

/** Compilers number from 1 on. */
const LARGEST_CODE = 2 ** 20;
const MOST_ATTRIBUTES = 4096;
/** Tables that are kept: some linkers make one for all units, others one for each. */
const TABLES = 64;

export class AbbreviationTables {
	readonly #section: DebugSection;
	readonly #known = new Map<string, Abbreviations>();

	constructor(section: DebugSection) {
		this.#section = section;
	}

	/** @param offset where the table of a unit begins @throws ElfError */
	at(offset: number, format: UnitFormat): Abbreviations {
		const key = `${offset} ${format.version} ${format.addressBytes} ${format.offsetBytes}`;
		let table = this.#known.get(key);
		if (table === undefined) {
			if (this.#known.size >= TABLES) this.#known.clear();
			table = readTable(new Cursor(this.#section, offset), format);
			this.#known.set(key, table);
		}
		return table;
	}
}

function readTable(cursor: Cursor, format: UnitFormat): Abbreviations {
	const table: Abbreviation[] = [];
	while (!cursor.isAtEnd) {
		const code = cursor.unsigned();
		if (code === 0) break;
		if (code > LARGEST_CODE) throw new ElfError(`an abbreviation has the code ${code}`);
		table[code] = readAbbreviation(cursor, format);
	}
	return table;
}

function readAbbreviation(cursor: Cursor, format: UnitFormat): Abbreviation {
	const tag = cursor.unsigned();
	const hasChildren = cursor.u8() !== 0;
	const forms: number[] = [];
	const slots: number[] = [];
	const constants = new Map<number, number>();
	for (;;) {
		const attribute = cursor.unsigned();
		const form = cursor.unsigned();
		if (attribute === 0 && form === 0) break;
		if (forms.length === MOST_ATTRIBUTES) throw new ElfError("an abbreviation has too many attributes");
		if (form === FORM.implicitConst) constants.set(forms.length, cursor.signed());
		forms.push(form);
		slots.push(SLOT_OF_ATTRIBUTE.get(attribute) ?? -1);
	}
	return { tag, hasChildren, forms, slots, constants, skips: skipsOf(forms, format) };
}

function skipsOf(forms: readonly number[], format: UnitFormat): number[] {
	const skips: number[] = [];
	let fixed = 0;
	for (const form of forms) {
		const bytes = fixedBytesOf(form, format);
		if (bytes !== undefined) {
			fixed += bytes;
			continue;
		}
		if (fixed > 0) skips.push(fixed);
		fixed = 0;
		skips.push(-1 - form);
	}
	if (fixed > 0) skips.push(fixed);
	return skips;
}
