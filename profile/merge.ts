import { EMPTY_STACK, NO_THREAD, ProfileBuilder } from "./builder.ts";
import type { Profile, ProfileInfo, SampleTimes, ValueType } from "./model.ts";
import { SampleTimeColumns } from "./sample-times.ts";

/**
 * Adds profiles up: samples of the same stack and thread become one. It has the value types that all of them have, the
 * earliest start and the time from it to the latest end; times of samples if all of them have those.
 * @throws RangeError for no profiles, or profiles without a common value type
 */
export function mergeProfiles(profiles: readonly Profile[]): Profile {
	const valueTypes = commonValueTypes(profiles);
	if (valueTypes.length === 0) throw new RangeError("The profiles have no value type in common");
	const builder = new ProfileBuilder({ valueTypes });
	const rows = profiles.map((profile) => addProfile(builder, profile));
	const info = mergeInfo(profiles);
	const merged = builder.snapshot(info);
	const times = mergeTimes(profiles, rows, info);
	return times === undefined ? merged : { ...merged, times };
}

function commonValueTypes([first, ...others]: readonly Profile[]): ValueType[] {
	if (first === undefined) throw new RangeError("There is nothing to merge");
	return first.valueTypes.filter((type) => others.every((other) => indexOfType(other, type) >= 0));
}

function indexOfType({ valueTypes }: Profile, { type, unit }: ValueType): number {
	return valueTypes.findIndex((other) => other.type === type && other.unit === unit);
}

/** @returns the merged row of each of the profile's rows */
function addProfile(builder: ProfileBuilder, profile: Profile): Uint32Array {
	const { samples } = profile;
	const frames = profile.frames.map((frame) => builder.frame(frame));
	const threads = profile.threads.map((thread) => builder.thread(thread));
	const stacks = new Int32Array(profile.stacks.length);
	stacks[0] = EMPTY_STACK;
	for (let stack = 1; stack < stacks.length; stack++) {
		const { parent, frame } = profile.stacks;
		stacks[stack] = builder.child(stacks[parent[stack]], frames[frame[stack]]);
	}
	const columns = builder.valueTypes.map((type) => samples.values[indexOfType(profile, type)]);
	return Uint32Array.from(samples.stack.keys(), (row) => {
		const thread = threads[samples.thread[row]] ?? NO_THREAD;
		return builder.add(
			stacks[samples.stack[row]],
			thread,
			columns.map((column) => column[row]),
		);
	});
}

function startOf({ info }: Profile): number {
	return info.startedAt === undefined ? Number.NaN : Date.parse(info.startedAt);
}

function mergeInfo(profiles: readonly Profile[]): ProfileInfo {
	const comments = [...new Set(profiles.flatMap((profile) => profile.info.comments))];
	const starts = profiles.map(startOf);
	const durations = profiles.map((profile) => profile.info.durationNanoseconds ?? 0n);
	const longest = durations.reduce((a, b) => (a > b ? a : b));
	if (starts.some((start) => Number.isNaN(start))) {
		return { comments, ...(longest === 0n ? {} : { durationNanoseconds: longest }) };
	}
	const start = starts.reduce((a, b) => Math.min(a, b));
	const ends = durations.map((duration, index) => duration + BigInt(starts[index] - start) * 1_000_000n);
	const end = ends.reduce((a, b) => (a > b ? a : b));
	const durationNanoseconds = longest === 0n ? {} : { durationNanoseconds: end };
	return { comments, startedAt: new Date(start).toISOString(), ...durationNanoseconds };
}

function mergeTimes(
	profiles: readonly Profile[],
	rows: readonly Uint32Array[],
	info: ProfileInfo,
): SampleTimes | undefined {
	if (!profiles.every((profile) => profile.times !== undefined)) return undefined;
	const start = info.startedAt === undefined ? undefined : Date.parse(info.startedAt);
	const merged = new SampleTimeColumns();
	for (const [index, profile] of profiles.entries()) {
		const { sample, nanoseconds } = profile.times as SampleTimes;
		const later = start === undefined ? 0 : (startOf(profile) - start) * 1e6;
		for (let at = 0; at < sample.length; at++) merged.push(rows[index][sample[at]], nanoseconds[at] + later);
	}
	return merged.sorted();
}
