import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { NO_THREAD, ProfileBuilder } from "../builder.ts";
import type { Profile } from "../model.ts";
import { anyInput, buildInput } from "../testing/arbitrary-profile.ts";
import { pieces } from "../testing/damaged-profiles.ts";
import { type ProfileFormat, writeProfile } from "../write/formats.ts";
import { type ReadResult, readProfile } from "./read-profile.ts";

const FORMATS = ["folded", "pprof", "speedscope", "json", "gecko", "cpuprofile"] as const;
type Format = (typeof FORMATS)[number];

async function again(profile: Profile, format: ProfileFormat, value = 0): Promise<ReadResult> {
	return readProfile(pieces(await writeProfile(profile, format, { value }), 777));
}

/** Sum of a value by stack, names alone: some formats have nothing else. */
function countsOf({ frames, stacks, samples }: Profile, value: number, format: Format): Map<string, bigint> {
	const counts = new Map<string, bigint>();
	for (let row = 0; row < samples.length; row++) {
		const names: string[] = [];
		for (let at = samples.stack[row]; at > 0; at = stacks.parent[at])
			names.push(frames[stacks.frame[at]].name);
		// folded stacks cannot say that there is no frame, and have the separator in no name
		if (names.length === 0 && format === "folded") names.push("[unknown]");
		const key = JSON.stringify(names.map((name) => (format === "folded" ? name.replaceAll(";", ":") : name)));
		const weight = samples.values[value][row];
		if (weight !== 0n) counts.set(key, (counts.get(key) ?? 0n) + weight);
	}
	return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

for (const format of FORMATS) {
	test(`${format}: every stack and count comes back`, async () => {
		// each count of it becomes a sample
		const largest = format === "cpuprofile" ? 5000n : undefined;
		const inputs = anyInput(largest).filter(({ samples }) => samples.length > 0);
		await fc.assert(
			fc.asyncProperty(inputs, fc.boolean(), fc.constantFrom(0, 1), async (input, keepTimes, value) => {
				const profile = buildInput(input, keepTimes).snapshot();
				const read = await again(profile, format, value);
				assert.equal(read.format, format);
				const column = format === "pprof" ? value : 0;
				assert.deepEqual(countsOf(read.profile, column, format), countsOf(profile, value, format));
			}),
			{ numRuns: 60 },
		);
	});
}

test("pprof and gecko: samples come back with their threads and times", async () => {
	const inputs = anyInput().filter(({ samples }) => samples.length > 0);
	await fc.assert(
		fc.asyncProperty(inputs, fc.constantFrom("pprof" as const, "gecko" as const), async (input, format) => {
			const profile = buildInput(input, true).snapshot();
			const { profile: read } = await again(profile, format);
			assert.deepEqual(momentsOf(read), momentsOf(profile));
		}),
		{ numRuns: 60 },
	);
});

/** What was seen when, in nanoseconds since the first sample, and where. */
function momentsOf({ times, samples, stacks, frames, threads }: Profile): string[] {
	const start = times?.nanoseconds[0] ?? 0;
	return Array.from(times?.sample ?? [], (row, index) => {
		const leaf = stacks.frame[samples.stack[row]];
		const thread = threads[samples.thread[row]];
		const time = (times?.nanoseconds[index] ?? 0) - start;
		return `${time} ${thread?.tid ?? 0} ${frames[leaf]?.name ?? ""}`;
	}).sort();
}

test("cpuprofile: nanoseconds come back whatever they add up to", async () => {
	for (const weights of [[1], [1, 1], [1, 2], [2, 1, 1], [3, 3, 3]]) {
		const builder = new ProfileBuilder({ valueTypes: [{ type: "cpu", unit: "nanoseconds" }] });
		for (const [index, weight] of weights.entries()) {
			const frame = builder.frame({ name: `f${index}`, module: "", kind: "user", file: "", line: 0 });
			builder.add(builder.stack([frame]), NO_THREAD, [weight]);
		}
		const profile = builder.snapshot();
		const read = await again(profile, "cpuprofile");
		assert.deepEqual(
			countsOf(read.profile, 0, "cpuprofile"),
			countsOf(profile, 0, "cpuprofile"),
			weights.join(),
		);
	}
});
