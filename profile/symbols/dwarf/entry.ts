import type { Abbreviation } from "./abbreviations.ts";
import { FORM, SLOTS } from "./constants.ts";
import type { Cursor } from "./cursor.ts";
import { indirectForm, readForm, skipForm, type UnitFormat } from "./forms.ts";

/** The attributes of one entry that are read; the object is used again for the next one. */
export class Entry {
	/** by slot; 0: the entry has none */
	readonly forms = new Uint16Array(SLOTS);
	readonly values = new Float64Array(SLOTS);

	has(slot: number): boolean {
		return this.forms[slot] !== 0;
	}

	/** Reads what stands behind an entry's code. @throws ElfError */
	read(cursor: Cursor, abbreviation: Abbreviation, format: UnitFormat): void {
		this.forms.fill(0);
		const { forms, slots } = abbreviation;
		for (let index = 0; index < forms.length; index++) {
			let form = forms[index];
			const slot = slots[index];
			if (slot === -1) {
				skipForm(cursor, form, format);
				continue;
			}
			if (form === FORM.indirect) form = indirectForm(cursor);
			this.forms[slot] = form;
			this.values[slot] =
				form === FORM.implicitConst
					? (abbreviation.constants.get(index) ?? 0)
					: readForm(cursor, form, format);
		}
	}
}

/** Skips what stands behind an entry's code. @throws ElfError */
export function skipEntry(cursor: Cursor, { skips }: Abbreviation, format: UnitFormat): void {
	for (let index = 0; index < skips.length; index++) {
		const skip = skips[index];
		if (skip > 0) cursor.skip(skip);
		else skipForm(cursor, -1 - skip, format);
	}
}
