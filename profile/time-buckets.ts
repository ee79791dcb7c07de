import type { Profile } from "./model.ts";

/** Seconds shown at most: ten hours. */
const MOST_SECONDS = 36_000;
const SECOND = 1e9;

/** When weight fell, for a heat map: a column for each second, in it a row for each part of the second. */
export interface TimeBuckets {
	/** seconds, from the profile's start on */
	readonly columns: number;
	/** parts of a second */
	readonly rows: number;
	/** of row `r` of column `c` at `c * rows + r`; each sample has an equal part of what all of its stack and thread weigh */
	readonly weights: Float64Array;
	/** the largest of them */
	readonly most: number;
	/** weight of samples with a time that has no column */
	readonly outside: number;
}

export interface TimeBucketOptions {
	/** default 50: 20 milliseconds each */
	readonly rows?: number;
	/** index of the value type to weigh by, default 0 */
	readonly value?: number;
}

/**
 * Linear in the number of samples; memory is bounded whatever their times.
 * @throws RangeError when the profile has no times, no such value type, or rows are not 1 to 1000
 */
export function timeBuckets(profile: Profile, { rows = 50, value = 0 }: TimeBucketOptions = {}): TimeBuckets {
	const { times, valueTypes } = profile;
	if (times === undefined) throw new RangeError("The profile does not have the times of its samples");
	if (valueTypes[value] === undefined) throw new RangeError(`The profile has no value type ${value}`);
	if (!(Number.isInteger(rows) && rows >= 1 && rows <= 1000))
		throw new RangeError(`Not 1 to 1000 rows: ${rows}`);
	const weightOf = sampleWeights(profile, value);
	const columns = columnCount(times.nanoseconds);
	const weights = new Float64Array(columns * rows);
	let outside = 0;
	for (let index = 0; index < times.sample.length; index++) {
		const weight = weightOf[times.sample[index]];
		const cell = cellAt(times.nanoseconds[index], columns, rows);
		if (cell === -1) outside += weight;
		else weights[cell] += weight;
	}
	return {
		columns,
		rows,
		weights,
		most: weights.reduce((most, weight) => Math.max(most, weight), 0),
		outside,
	};
}

/** @returns the time that a cell stands for, in nanoseconds since the start, the end not included */
export function bucketTime({ rows }: TimeBuckets, column: number, row: number): { from: number; to: number } {
	const border = (part: number): number => column * SECOND + Math.ceil((part * SECOND) / rows);
	return { from: border(row), to: border(row + 1) };
}

function columnCount(nanoseconds: Float64Array): number {
	let columns = 0;
	for (const time of nanoseconds) {
		const column = Math.floor(time / SECOND);
		if (column >= columns && column < MOST_SECONDS) columns = column + 1;
	}
	return columns;
}

/** @returns -1 for a time without a cell */
function cellAt(time: number, columns: number, rows: number): number {
	const column = Math.floor(time / SECOND);
	if (!(column >= 0 && column < columns)) return -1;
	return column * rows + Math.floor(((time - column * SECOND) * rows) / SECOND);
}

/** What one sample of each row weighs. */
function sampleWeights({ samples, times }: Profile, value: number): Float64Array {
	const counts = new Uint32Array(samples.length);
	for (const row of times?.sample ?? []) counts[row]++;
	return Float64Array.from(samples.values[value], (weight, row) => Number(weight) / (counts[row] || 1));
}
