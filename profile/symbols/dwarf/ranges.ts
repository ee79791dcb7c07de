import { ElfError } from "../elf.ts";
import { FORM, SLOT } from "./constants.ts";
import { Cursor } from "./cursor.ts";
import type { Entry } from "./entry.ts";
import type { DebugSections } from "./sections.ts";
import type { Unit } from "./unit.ts";
import { addressAt, addressOf } from "./values.ts";
import type { Work } from "./work.ts";

/** Takes one range of addresses: from `low` on, up to and without `high`. */
export type AddRange = (low: number, high: number) => void;

/** What reading needs beside the entry. */
export interface RangeContext {
	readonly sections: DebugSections;
	readonly unit: Unit;
	readonly work: Work;
}

/** Reads the addresses that an entry has code at; what a linker left out of the program has none. @throws ElfError */
export function readRanges(context: RangeContext, entry: Entry, add: AddRange): void {
	const { sections, unit } = context;
	const addCode: AddRange = (low, high) => {
		if (low > 0 && low < high) add(low, high);
	};
	if (entry.has(SLOT.ranges)) {
		const value = entry.values[SLOT.ranges];
		if (unit.version < 5) readOldList(context, value, addCode);
		else readList(context, listAt(context, entry.forms[SLOT.ranges], value), addCode);
		return;
	}
	const low = addressOf(sections, unit, entry, SLOT.low);
	if (low === undefined || !entry.has(SLOT.high)) return;
	const high = addressOf(sections, unit, entry, SLOT.high);
	addCode(low, high ?? low + entry.values[SLOT.high]);
}

function listAt({ sections, unit }: RangeContext, form: number, value: number): number {
	if (form !== FORM.rnglistx) return value;
	const { rangeListsBase, offsetBytes } = unit;
	const index = new Cursor(sections.rangeLists, rangeListsBase + value * offsetBytes);
	return rangeListsBase + index.word(offsetBytes);
}

/** .debug_ranges, before version 5. */
function readOldList({ sections, unit, work }: RangeContext, offset: number, add: AddRange): void {
	const cursor = new Cursor(sections.ranges, offset);
	const newBase = unit.addressBytes === 8 ? 2 ** 64 : 2 ** 32 - 1;
	let base = unit.low;
	for (;;) {
		work.spend(1);
		const low = cursor.word(unit.addressBytes);
		const high = cursor.word(unit.addressBytes);
		if (low === 0 && high === 0) return;
		if (low === newBase) base = high;
		else add(base + low, base + high);
	}
}

const LIST_END = 0;
const BASE_INDEX = 1;
const START_END_INDICES = 2;
const START_INDEX_LENGTH = 3;
const OFFSET_PAIR = 4;
const BASE = 5;
const START_END = 6;
const START_LENGTH = 7;

/** .debug_rnglists, from version 5 on. */
function readList({ sections, unit, work }: RangeContext, offset: number, add: AddRange): void {
	const cursor = new Cursor(sections.rangeLists, offset);
	const { addressBytes } = unit;
	const indexed = () => addressAt(sections, unit, cursor.unsigned());
	let base = unit.low;
	for (;;) {
		work.spend(1);
		const kind = cursor.u8();
		switch (kind) {
			case LIST_END:
				return;
			case BASE_INDEX:
				base = indexed();
				break;
			case BASE:
				base = cursor.word(addressBytes);
				break;
			case START_END_INDICES:
				add(indexed(), indexed());
				break;
			case START_INDEX_LENGTH: {
				const low = indexed();
				add(low, low + cursor.unsigned());
				break;
			}
			case OFFSET_PAIR:
				add(base + cursor.unsigned(), base + cursor.unsigned());
				break;
			case START_END:
				add(cursor.word(addressBytes), cursor.word(addressBytes));
				break;
			case START_LENGTH: {
				const low = cursor.word(addressBytes);
				add(low, low + cursor.unsigned());
				break;
			}
			default:
				throw new ElfError(`a list of ranges has the kind ${kind} at ${cursor.at}`);
		}
	}
}
