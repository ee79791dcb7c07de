import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { NO_THREAD, ProfileBuilder } from "./builder.ts";
import { callTreeOf } from "./call-tree.ts";
import { mergeProfiles } from "./merge.ts";
import type { ValueType } from "./model.ts";
import { anyInput, buildInput, profileOf } from "./testing/arbitrary-profile.ts";

test("two halves merged are the whole", () => {
	fc.assert(
		fc.property(anyInput(2n ** 61n), fc.nat(40), (input, cut) => {
			const [first, second] = [input.samples.slice(0, cut), input.samples.slice(cut)];
			const halves = [first, second].map((samples) => buildInput({ ...input, samples }, true).snapshot());
			const whole = buildInput(input, true).snapshot();
			const merged = mergeProfiles(halves);
			assert.deepEqual({ ...merged, times: undefined }, { ...whole, times: undefined });
			assert.deepEqual(merged.times?.nanoseconds, whole.times?.nanoseconds);
		}),
	);
});

test("starts, durations and times of samples move to the earliest start", () => {
	const one = (startedAt: string, durationNanoseconds: bigint) => {
		const builder = new ProfileBuilder({ valueTypes: [{ type: "samples", unit: "count" }], keepTimes: true });
		builder.add(0, NO_THREAD, [1], 5);
		return builder.snapshot({ startedAt, durationNanoseconds, comments: ["same"] });
	};
	const merged = mergeProfiles([
		one("2026-01-01T00:00:01.000Z", 2_000_000_000n),
		one("2026-01-01T00:00:00.000Z", 1_000_000_000n),
	]);
	assert.deepEqual(merged.info, {
		startedAt: "2026-01-01T00:00:00.000Z",
		durationNanoseconds: 3_000_000_000n,
		comments: ["same"],
	});
	assert.deepEqual([...(merged.times?.nanoseconds ?? [])], [5, 1e9 + 5]);
});

test("only the value types that all have are kept", () => {
	const of = (...types: string[]) => {
		const valueTypes: ValueType[] = types.map((type) => ({ type, unit: "count" }));
		const builder = new ProfileBuilder({ valueTypes });
		builder.add(
			0,
			NO_THREAD,
			types.map((_, index) => index + 1),
		);
		return builder.snapshot();
	};
	const merged = mergeProfiles([of("a", "b"), of("b", "c", "a")]);
	assert.deepEqual(
		merged.valueTypes.map(({ type }) => type),
		["a", "b"],
	);
	assert.deepEqual(
		merged.samples.values.map(([value]) => value),
		[4n, 3n],
	);
	assert.throws(() => mergeProfiles([of("a"), of("b")]), RangeError);
	assert.throws(() => mergeProfiles([]), RangeError);
	assert.equal(
		callTreeOf(mergeProfiles([profileOf({ "a;b": 1 }), profileOf({ "a;b": 2, c: 1 })])).total[0],
		4,
	);
});
