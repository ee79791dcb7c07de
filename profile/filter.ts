import { EMPTY_STACK } from "./builder.ts";
import type { Frame, Profile, SampleTimes, Thread } from "./model.ts";

/** Which samples stay; all that is given must hold. */
export interface ProfileFilter {
	/** `undefined` stands for a thread that is not known */
	readonly keepThread?: (thread: Thread | undefined) => boolean;
	/** nanoseconds since the start, the end not included; needs a profile with times */
	readonly time?: { readonly from: number; readonly to: number };
	/** there must be such a frame in the stack; asked once for each frame */
	readonly keepFrame?: (frame: Frame) => boolean;
	/** there must be no such frame in the stack; asked once for each frame */
	readonly dropFrame?: (frame: Frame) => boolean;
}

/**
 * A profile of some of another's samples; frames, stacks and threads keep their numbers. In a range of time each sample of
 * a row has an equal part of the row's values, so that ranges next to each other add up exactly; samples without a time are
 * in no range.
 * @throws RangeError for a range of time where the profile has no times
 */
export function filterProfile(profile: Profile, filter: ProfileFilter): Profile {
	const { samples, times } = profile;
	const keepsStack = stackFilter(profile, filter);
	const keepsThread = threadFilter(profile, filter);
	const keeps = (row: number): boolean => keepsStack(samples.stack[row]) && keepsThread(samples.thread[row]);
	const part = filter.time === undefined ? undefined : timePart(profile, filter.time);
	const kept: number[] = [];
	for (let row = 0; row < samples.length; row++) {
		if (keeps(row) && (part === undefined || part.after[row] > part.before[row])) kept.push(row);
	}
	const values = samples.values.map((column) =>
		BigInt64Array.from(kept, (row) => (part === undefined ? column[row] : shareOf(column[row], part, row))),
	);
	return {
		...profile,
		samples: {
			length: kept.length,
			stack: Int32Array.from(kept, (row) => samples.stack[row]),
			thread: Int32Array.from(kept, (row) => samples.thread[row]),
			values,
		},
		...(times === undefined ? {} : { times: keptTimes(times, samples.length, kept, filter.time) }),
	};
}

type StackTest = (stack: number) => boolean;

/** Each stack is looked at once: it has what its caller has. */
function stackFilter({ frames, stacks }: Profile, { keepFrame, dropFrame }: ProfileFilter): StackTest {
	if (keepFrame === undefined && dropFrame === undefined) return () => true;
	const isKept = frames.map((frame) => keepFrame?.(frame) ?? true);
	const isDropped = frames.map((frame) => dropFrame?.(frame) ?? false);
	const hasKept = new Uint8Array(stacks.length);
	const hasDropped = new Uint8Array(stacks.length);
	hasKept[EMPTY_STACK] = keepFrame === undefined ? 1 : 0;
	for (let stack = 1; stack < stacks.length; stack++) {
		const [parent, frame] = [stacks.parent[stack], stacks.frame[stack]];
		hasKept[stack] = hasKept[parent] | Number(isKept[frame]);
		hasDropped[stack] = hasDropped[parent] | Number(isDropped[frame]);
	}
	return (stack) => hasKept[stack] === 1 && hasDropped[stack] === 0;
}

function threadFilter({ threads }: Profile, { keepThread }: ProfileFilter): (thread: number) => boolean {
	if (keepThread === undefined) return () => true;
	const kept = threads.map((thread) => keepThread(thread));
	const keepsUnknown = keepThread(undefined);
	return (thread) => (thread < 0 ? keepsUnknown : (kept[thread] ?? keepsUnknown));
}

/** Of each row: how many of its samples were taken before the range, before its end, and ever. */
interface TimePart {
	readonly before: Uint32Array;
	readonly after: Uint32Array;
	readonly all: Uint32Array;
}

function timePart({ samples, times }: Profile, { from, to }: { from: number; to: number }): TimePart {
	if (times === undefined) throw new RangeError("The profile does not have the times of its samples");
	const [before, after, all] = Array.from({ length: 3 }, () => new Uint32Array(samples.length));
	for (let index = 0; index < times.sample.length; index++) {
		const row = times.sample[index];
		all[row]++;
		if (times.nanoseconds[index] < from) before[row]++;
		if (times.nanoseconds[index] < to) after[row]++;
	}
	return { before, after, all };
}

/** Rounded by what comes before, so that nothing is lost or counted twice between ranges. */
function shareOf(value: bigint, { before, after, all }: TimePart, row: number): bigint {
	const upTo = (count: number): bigint => (value * BigInt(count)) / BigInt(all[row]);
	return upTo(after[row]) - upTo(before[row]);
}

function keptTimes(
	{ sample, nanoseconds }: SampleTimes,
	rows: number,
	kept: readonly number[],
	time: ProfileFilter["time"],
): SampleTimes {
	const rowOf = new Int32Array(rows).fill(-1);
	for (const [index, row] of kept.entries()) rowOf[row] = index;
	const { from, to } = time ?? { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
	const at = Uint32Array.from(sample.keys()).filter(
		(index) => rowOf[sample[index]] !== -1 && nanoseconds[index] >= from && nanoseconds[index] < to,
	);
	return {
		sample: at.map((index) => rowOf[sample[index]]),
		nanoseconds: Float64Array.from(at, (index) => nanoseconds[index]),
	};
}
