import { grow } from "./growing.ts";
import type { SampleTimes } from "./model.ts";

/** Takes when each sample was taken, while they are counted. */
export interface SampleTimeSink {
	/**
	 * @param row of the sample table
	 * @param nanoseconds since the profile's start
	 */
	push(row: number, nanoseconds: number): void;
}

/** Keeps them in memory, 12 bytes each, in any order, though nearly always in that of time. */
export class SampleTimeColumns implements SampleTimeSink {
	#sample = new Uint32Array(64);
	#nanoseconds = new Float64Array(64);
	#length = 0;

	get length(): number {
		return this.#length;
	}

	push(row: number, nanoseconds: number): void {
		const index = this.#length++;
		this.#sample = grow(this.#sample, index + 1);
		this.#nanoseconds = grow(this.#nanoseconds, index + 1);
		this.#sample[index] = row;
		this.#nanoseconds[index] = nanoseconds;
	}

	/** A copy in the order of time; what has the same time stays as it came. */
	sorted(): SampleTimes {
		return sortTimes({
			sample: this.#sample.slice(0, this.#length),
			nanoseconds: this.#nanoseconds.slice(0, this.#length),
		});
	}
}

/**
 * Puts times in order, stably, by merging the runs that are in order already: profilers hand out samples of each CPU in
 * order, so there are few, and what is in order costs one look.
 * @param times whose columns may be changed
 */
export function sortTimes(times: SampleTimes): SampleTimes {
	let starts = runStarts(times.nanoseconds);
	if (starts.length <= 2) return times;
	const { length } = times.sample;
	let from = times;
	let into: SampleTimes = { sample: new Uint32Array(length), nanoseconds: new Float64Array(length) };
	while (starts.length > 2) {
		const merged: number[] = [];
		for (let run = 0; run + 1 < starts.length; run += 2) {
			merged.push(starts[run]);
			mergeRuns(from, into, [starts[run], starts[run + 1], starts[run + 2] ?? length]);
		}
		merged.push(length);
		[from, into, starts] = [into, from, merged];
	}
	return from;
}

/** Where runs begin that do not go back in time, and the end of the last. */
function runStarts(nanoseconds: Float64Array): number[] {
	const starts = [0];
	for (let index = 1; index < nanoseconds.length; index++) {
		if (nanoseconds[index] < nanoseconds[index - 1]) starts.push(index);
	}
	if (nanoseconds.length > 0) starts.push(nanoseconds.length);
	return starts;
}

function mergeRuns(
	from: SampleTimes,
	into: SampleTimes,
	[begin, middle, end]: [number, number, number],
): void {
	let left = begin;
	let right = middle;
	for (let at = begin; at < end; at++) {
		const isRight = left === middle || (right < end && from.nanoseconds[right] < from.nanoseconds[left]);
		const taken = isRight ? right++ : left++;
		into.sample[at] = from.sample[taken];
		into.nanoseconds[at] = from.nanoseconds[taken];
	}
}

/**
 * Puts times in order that come piece by piece and are nearly so, in bounded memory. What comes more than a piece too late
 * stays out of order.
 */
export class TimeOrder {
	#held: SampleTimes = { sample: new Uint32Array(), nanoseconds: new Float64Array() };

	/** @returns the earlier part of what has been pushed and not returned yet */
	push(piece: SampleTimes): SampleTimes {
		const sample = new Uint32Array(this.#held.sample.length + piece.sample.length);
		const nanoseconds = new Float64Array(sample.length);
		sample.set(this.#held.sample);
		sample.set(piece.sample, this.#held.sample.length);
		nanoseconds.set(this.#held.nanoseconds);
		nanoseconds.set(piece.nanoseconds, this.#held.sample.length);
		const sorted = sortTimes({ sample, nanoseconds });
		const ready = Math.max(0, sorted.sample.length - piece.sample.length);
		this.#held = partOf(sorted, ready);
		return partOf(sorted, 0, ready);
	}

	/** @returns the rest */
	end(): SampleTimes {
		const rest = this.#held;
		this.#held = partOf(rest, rest.sample.length);
		return rest;
	}
}

/** Some of the times, not copied. */
export function partOf({ sample, nanoseconds }: SampleTimes, begin: number, end?: number): SampleTimes {
	return { sample: sample.subarray(begin, end), nanoseconds: nanoseconds.subarray(begin, end) };
}

/** @param rowOf from `ProfileBuilder.rowNumbers`; undefined: rows keep their numbers */
export function renumberedTimes(
	{ sample, nanoseconds }: SampleTimes,
	rowOf: Uint32Array | undefined,
): SampleTimes {
	return { sample: rowOf === undefined ? sample : sample.map((row) => rowOf[row]), nanoseconds };
}
