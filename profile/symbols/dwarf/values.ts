import { FORM } from "./constants.ts";
import { Cursor } from "./cursor.ts";
import type { Entry } from "./entry.ts";
import type { UnitFormat } from "./forms.ts";
import type { DebugSections } from "./sections.ts";
import type { Unit, UnitBases } from "./unit.ts";

/** @returns undefined: the entry has no such attribute, or not as an address @throws ElfError */
export function addressOf(
	sections: DebugSections,
	unit: UnitFormat & UnitBases,
	entry: Entry,
	slot: number,
): number | undefined {
	const value = entry.values[slot];
	switch (entry.forms[slot]) {
		case FORM.addr:
			return value;
		case FORM.addrx:
		case FORM.addrx1:
		case FORM.addrx2:
		case FORM.addrx3:
		case FORM.addrx4:
			return addressAt(sections, unit, value);
		default:
			return undefined;
	}
}

/** @returns the address with an index in .debug_addr @throws ElfError */
export function addressAt(
	{ addresses }: DebugSections,
	{ addressBase, addressBytes }: UnitFormat & UnitBases,
	index: number,
): number {
	return new Cursor(addresses, addressBase + index * addressBytes).word(addressBytes);
}

/** @returns empty: the entry has no such attribute, or it lies in another file @throws ElfError */
export function textOf(
	sections: DebugSections,
	unit: UnitFormat & UnitBases,
	entry: Entry,
	slot: number,
): string {
	const value = entry.values[slot];
	switch (entry.forms[slot]) {
		case FORM.string:
			return sections.info.textAt(value);
		case FORM.strp:
			return sections.text.textAt(value);
		case FORM.lineStrp:
			return sections.lineText.textAt(value);
		case FORM.strx:
		case FORM.strx1:
		case FORM.strx2:
		case FORM.strx3:
		case FORM.strx4: {
			const place = unit.textOffsetsBase + value * unit.offsetBytes;
			return sections.text.textAt(new Cursor(sections.textOffsets, place).word(unit.offsetBytes));
		}
		default:
			return "";
	}
}

/** @returns where in .debug_info another entry begins; undefined: there is none, or it lies in another file */
export function referenceOf(unit: Unit, entry: Entry, slot: number): number | undefined {
	const value = entry.values[slot];
	switch (entry.forms[slot]) {
		case FORM.ref1:
		case FORM.ref2:
		case FORM.ref4:
		case FORM.ref8:
		case FORM.refUdata:
			return unit.start + value;
		case FORM.refAddr:
			return value;
		default:
			return undefined;
	}
}
