import { unsignedAt } from "./words.ts";

/** Bits of the format of READ values: the times an event was enabled and ran, its id, all members of its group, what was lost. */
const FORMAT = { enabled: 1, running: 2, id: 4, group: 8, lost: 16 } as const;

/** @returns the length of the READ values at `offset`, in bytes */
export function readValuesLength(view: DataView, offset: number, readFormat: number): number {
	const has = (bit: number): number => ((readFormat & bit) === 0 ? 0 : 1);
	const times = has(FORMAT.enabled) + has(FORMAT.running);
	const besides = has(FORMAT.id) + has(FORMAT.lost);
	if (has(FORMAT.group) === 0) return 8 * (1 + times + besides);
	return 8 * (1 + times + unsignedAt(view, offset) * (1 + besides));
}

/** Do the READ values say which event each of them is of? */
export function tellsEvents(readFormat: number): boolean {
	return (readFormat & FORMAT.id) !== 0;
}

/**
 * Counters that come with samples (`perf record -e '{a,b}:S'`): each counts on, so that what happened since the sample
 * before is the difference.
 */
export class ReadValues {
	readonly #last = new Map<number, number>();

	/**
	 * @param record that holds them
	 * @param offset where they begin
	 * @param count told of each event that happened since its last value: its id, and how often
	 */
	read(
		record: DataView,
		offset: number,
		readFormat: number,
		count: (id: number, times: number) => void,
	): void {
		const end = record.byteLength;
		if (offset + 8 > end || offset + readValuesLength(record, offset, readFormat) > end) return;
		const times =
			8 * (((readFormat & FORMAT.enabled) !== 0 ? 1 : 0) + ((readFormat & FORMAT.running) !== 0 ? 1 : 0));
		const isGroup = (readFormat & FORMAT.group) !== 0;
		const memberBytes = (readFormat & FORMAT.lost) !== 0 ? 24 : 16;
		const members = isGroup ? unsignedAt(record, offset) : 1;
		for (let member = 0; member < members; member++) {
			const at = offset + (isGroup ? 8 + times + member * memberBytes : 0);
			const id = unsignedAt(record, at + 8 + (isGroup ? 0 : times));
			const value = unsignedAt(record, at);
			const difference = value - (this.#last.get(id) ?? 0);
			this.#last.set(id, value);
			if (difference > 0) count(id, difference);
		}
	}
}
