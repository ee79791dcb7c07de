import type { Profile } from "../model.ts";

/** The samples of one thread, in the order of time where the profile has times. */
export interface ThreadSamples {
	/** index into `Profile.threads`, -1: not known */
	readonly thread: number;
	/** index into the stack table */
	readonly stack: Int32Array;
	/** the weights of all samples add up to those of the profile, exactly as far as a double is exact */
	readonly weight: Float64Array;
	/** since the start of the profile, ascending; absent: not known of every sample */
	readonly nanoseconds?: Float64Array;
}

/** Single samples in the order of time; where not all of them have one, rows of the sample table as they are. */
export interface SampleEntries {
	/** of the sample table */
	readonly row: ArrayLike<number>;
	/** as in ThreadSamples */
	readonly weight: Float64Array;
	readonly nanoseconds?: Float64Array;
}

/**
 * Takes a profile apart by thread, one after the other, those of unknown thread first.
 * @param value index of the value type to weigh by
 */
export function* threadSamples(profile: Profile, value: number): Generator<ThreadSamples> {
	const { row, weight, nanoseconds } = sampleEntries(profile, value);
	const { stack, thread } = profile.samples;
	const start = new Int32Array(profile.threads.length + 2);
	for (let entry = 0; entry < row.length; entry++) start[thread[row[entry]] + 2]++;
	for (let index = 1; index < start.length; index++) start[index] += start[index - 1];
	const order = new Int32Array(row.length);
	const next = start.slice();
	for (let entry = 0; entry < row.length; entry++) order[next[thread[row[entry]] + 1]++] = entry;
	for (let index = 0; index + 1 < start.length; index++) {
		const entries = order.subarray(start[index], start[index + 1]);
		if (entries.length === 0) continue;
		yield {
			thread: index - 1,
			stack: Int32Array.from(entries, (entry) => stack[row[entry]]),
			weight: Float64Array.from(entries, (entry) => weight[entry]),
			...(nanoseconds && { nanoseconds: Float64Array.from(entries, (entry) => nanoseconds[entry]) }),
		};
	}
}

/** @param value index of the value type to weigh by */
export function sampleEntries({ samples, times }: Profile, value: number): SampleEntries {
	const values = samples.values[value];
	const counts = new Uint32Array(samples.length);
	if (times !== undefined) for (const row of times.sample) counts[row]++;
	if (times === undefined || values.some((weight, row) => weight !== 0n && counts[row] === 0)) {
		return { row: Int32Array.from(values.keys()), weight: Float64Array.from(values, Number) };
	}
	return {
		row: times.sample,
		weight: shared(times.sample, values, counts),
		nanoseconds: times.nanoseconds,
	};
}

/** Each row's value in equal parts among its samples, what cannot be divided with the first of them. */
function shared(rows: Uint32Array, values: BigInt64Array, counts: Uint32Array): Float64Array {
	const part = new Float64Array(counts.length);
	const rest = new Float64Array(counts.length);
	for (let row = 0; row < counts.length; row++) {
		if (counts[row] === 0) continue;
		const count = BigInt(counts[row]);
		part[row] = Number(values[row] / count);
		rest[row] = Number(values[row] % count);
	}
	return Float64Array.from(rows, (row) => {
		const extra = rest[row];
		rest[row] = 0;
		return part[row] + extra;
	});
}
