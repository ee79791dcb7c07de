import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { filterProfile } from "./filter.ts";
import type { Profile } from "./model.ts";
import { anyInput, buildInput, profileOf, totalOf } from "./testing/arbitrary-profile.ts";

const anyTimed = anyInput(2n ** 62n / 64n).map((input) => buildInput(input, true).snapshot());

const foldedOf = ({ frames, stacks, samples }: Profile): Record<string, bigint> => {
	const weights: Record<string, bigint> = {};
	for (let row = 0; row < samples.length; row++) {
		const names: string[] = [];
		for (let stack = samples.stack[row]; stack > 0; stack = stacks.parent[stack])
			names.unshift(frames[stacks.frame[stack]].name);
		const path = names.join(";");
		weights[path] = (weights[path] ?? 0n) + samples.values[0][row];
	}
	return weights;
};

test("ranges of time next to each other add up to the whole, value by value", () => {
	fc.assert(
		fc.property(anyTimed, fc.array(fc.nat(1e12), { maxLength: 5 }), (profile, borders) => {
			const cuts = [Number.NEGATIVE_INFINITY, ...borders.sort((a, b) => a - b), Number.POSITIVE_INFINITY];
			const parts = cuts
				.slice(1)
				.map((to, index) => filterProfile(profile, { time: { from: cuts[index], to } }));
			assert.equal(
				parts.reduce((sum, part) => sum + totalOf(part), 0n),
				totalOf(profile),
			);
			const times = parts.flatMap((part) => [...(part.times?.nanoseconds ?? [])]);
			assert.deepEqual(times, [...(profile.times?.nanoseconds ?? [])]);
		}),
	);
});

test("what is kept and what is dropped by the same frames or threads are the whole", () => {
	fc.assert(
		fc.property(anyTimed, fc.constantFrom("main", "parse", "a b"), (profile, name) => {
			const isNamed = (frame: { name: string }) => frame.name === name;
			const isFirst = (thread: { tid: number } | undefined) => thread?.tid === 7;
			for (const [one, other] of [
				[{ keepFrame: isNamed }, { dropFrame: isNamed }],
				[{ keepThread: isFirst }, { keepThread: (thread: { tid: number } | undefined) => !isFirst(thread) }],
			]) {
				const [kept, dropped] = [filterProfile(profile, one), filterProfile(profile, other)];
				assert.equal(totalOf(kept) + totalOf(dropped), totalOf(profile));
				assert.equal(
					(kept.times?.sample.length ?? 0) + (dropped.times?.sample.length ?? 0),
					profile.times?.sample.length,
				);
				assert.ok(Array.from(kept.times?.sample ?? []).every((row) => row < kept.samples.length));
			}
		}),
	);
});

test("samples stay by a frame anywhere in their stack", () => {
	const profile = profileOf({ "main;read;copy": 3, "main;write": 2, "idle;copy": 5 });
	const named =
		(pattern: RegExp) =>
		({ name }: { name: string }) =>
			pattern.test(name);
	assert.deepEqual(
		foldedOf(filterProfile(profile, { keepFrame: named(/^copy$/), dropFrame: named(/idle|x/) })),
		{
			"main;read;copy": 3n,
		},
	);
	assert.deepEqual(foldedOf(filterProfile(profile, { keepThread: () => false })), {});
	assert.throws(() => filterProfile(profile, { time: { from: 0, to: 1 } }), RangeError);
});
