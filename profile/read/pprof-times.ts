import type { SampleTimes } from "../model.ts";
import { TIMES } from "../pprof-fields.ts";
import { sortTimes } from "../sample-times.ts";
import type { Integer, ProtobufReader } from "./protobuf.ts";

/** One entry of times, still to be decoded: its samples may not have been read yet. */
export interface TimesEntry {
	readonly reader: ProtobufReader;
	readonly length: number;
}

/** @param reader of the value of FUNCTION.times; it is not moved */
export function timesEntryOf(reader: ProtobufReader): TimesEntry {
	let length = 0;
	const fields = reader.again();
	while (fields.next()) {
		if (fields.field === TIMES.row) length += countIntegers(fields.bytes());
		else fields.skip();
	}
	return { reader, length };
}

/** Each ends in a byte without the highest bit. */
function countIntegers(packed: Uint8Array): number {
	let count = 0;
	for (let index = 0; index < packed.length; index++) count += 1 - (packed[index] >> 7);
	return count;
}

/**
 * @param rows of the sample table, by the number of the sample in the file
 * @returns in the order of time
 * @throws ProfileFormatError
 */
export function decodeTimes(entries: readonly TimesEntry[], rows: Uint32Array): SampleTimes {
	const length = entries.reduce((sum, entry) => sum + entry.length, 0);
	const sample = new Uint32Array(length);
	const nanoseconds = new Float64Array(length);
	let at = 0;
	let newest = -1;
	let time = 0;
	for (const { reader } of entries) {
		const [distances, steps] = columnsOf(reader);
		for (let index = 0; index < distances.length; index++) {
			const row = newest + 1 - unzigzag(distances[index]);
			if (!(row >= 0 && row < rows.length)) reader.fail(`a time of sample ${row} of ${rows.length}`);
			newest = Math.max(newest, row);
			time += unzigzag(steps[index]);
			sample[at] = rows[row];
			nanoseconds[at++] = time;
		}
	}
	return sortTimes({ sample, nanoseconds });
}

function columnsOf(reader: ProtobufReader): [Integer[], Integer[]] {
	const distances: Integer[] = [];
	const steps: Integer[] = [];
	while (reader.next()) {
		if (reader.field === TIMES.row) reader.repeated(distances, false);
		else if (reader.field === TIMES.step) reader.repeated(steps, false);
		else reader.skip();
	}
	if (distances.length !== steps.length) reader.fail("columns of times differ in length");
	return [distances, steps];
}

function unzigzag(value: Integer): number {
	const number = Number(value);
	return number % 2 === 0 ? number / 2 : -(number + 1) / 2;
}
