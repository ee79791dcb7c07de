import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { EMPTY_STACK, MAX_STACK_DEPTH, NO_THREAD, ProfileBuilder } from "./builder.ts";
import { MAX_NAME_LENGTH } from "./frame-name.ts";
import type { Frame } from "./model.ts";
import { anyFrame, anyInput, buildInput, totalOf } from "./testing/arbitrary-profile.ts";

const SAMPLES = [{ type: "samples", unit: "count" }];
const frame = (name: string): Frame => ({ name, module: "", kind: "user", file: "", line: 0 });

test("the same stack and thread is one row, whatever the order", () => {
	const builder = new ProfileBuilder({ valueTypes: SAMPLES });
	const [a, b] = [builder.frame(frame("a")), builder.frame(frame("b"))];
	const thread = builder.thread({ pid: 1, tid: 2, name: "t" });
	builder.add(builder.stack([a, b]), thread, [1]);
	builder.add(builder.child(builder.stack([a]), b), thread, [2]);
	builder.add(builder.stack([a, b]), NO_THREAD, [4]);
	const { samples, stacks } = builder.snapshot();
	assert.deepEqual([...samples.values[0]], [3n, 4n]);
	assert.deepEqual([...samples.thread], [0, -1]);
	assert.deepEqual([...stacks.parent], [-1, 0, 1]);
	assert.equal(builder.sampleCount, 7);
	assert.equal(builder.stackCount, 3);
});

test("sums are exact far beyond 2^53, in numbers and bigints", () => {
	fc.assert(
		fc.property(
			fc.array(fc.oneof(fc.maxSafeInteger(), fc.bigInt({ min: -(2n ** 57n), max: 2n ** 57n }))),
			(values) => {
				const builder = new ProfileBuilder({ valueTypes: SAMPLES });
				builder.add(EMPTY_STACK, NO_THREAD, [0]);
				for (const value of values) builder.add(EMPTY_STACK, NO_THREAD, [value]);
				const sum = values.reduce<bigint>((total, value) => total + BigInt(value), 0n);
				assert.equal(builder.snapshot().samples.values[0][0], sum);
			},
		),
	);
});

test("a sum of more than 64 bits stops at the largest number there is", () => {
	const builder = new ProfileBuilder({ valueTypes: SAMPLES });
	for (let time = 0; time < 3; time++) builder.add(EMPTY_STACK, NO_THREAD, [2n ** 63n - 1n]);
	assert.equal(builder.snapshot().samples.values[0][0], 2n ** 63n - 1n);
});

test("what is no whole number, stack or thread is refused", () => {
	const builder = new ProfileBuilder({ valueTypes: SAMPLES });
	for (const value of [0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
		assert.throws(() => builder.add(EMPTY_STACK, NO_THREAD, [value]), RangeError);
	}
	assert.throws(() => builder.add(1, NO_THREAD, [1]), RangeError);
	assert.throws(() => builder.add(EMPTY_STACK, 0, [1]), RangeError);
	assert.throws(() => builder.add(Number.NaN, NO_THREAD, [1]), RangeError);
	assert.throws(() => new ProfileBuilder({ valueTypes: [] }), RangeError);
	assert.equal(builder.snapshot().samples.length, 0);
});

test("a stack of 100,000 frames is cut, and says so", () => {
	const builder = new ProfileBuilder({ valueTypes: SAMPLES });
	const frames = Array.from({ length: 100_000 }, (_, index) => builder.frame(frame(`f${index % 10}`)));
	const stack = builder.stack(frames);
	assert.equal(builder.stack([...frames, frames[0]]), stack);
	assert.equal(builder.stackCount, MAX_STACK_DEPTH + 2);
	builder.add(stack, NO_THREAD, [1]);
	const profile = builder.snapshot();
	assert.equal(profile.frames[profile.stacks.frame[stack]].name, "[truncated]");
});

test("names become harmless, stay distinct and keep within bounds", () => {
	fc.assert(
		fc.property(anyFrame, (any) => {
			const builder = new ProfileBuilder({ valueTypes: SAMPLES });
			const index = builder.frame(any);
			const { frames } = builder.snapshot();
			assert.doesNotMatch(
				`${frames[0].name}${frames[0].module}${frames[0].file}`,
				/[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]/u,
			);
			assert.notEqual(frames[0].name, "");
			assert.equal(builder.frame(frames[0]), index, "a cleaned frame is the same frame");
		}),
	);
	const builder = new ProfileBuilder({ valueTypes: SAMPLES });
	const long = "x".repeat(65_536);
	assert.notEqual(builder.frame(frame(`${long}1`)), builder.frame(frame(`${long}2`)));
	for (const { name } of builder.frames) assert.ok(name.length <= MAX_NAME_LENGTH);
});

test("a snapshot does not change while the builder grows", () => {
	const builder = new ProfileBuilder({ valueTypes: SAMPLES });
	builder.add(builder.stack([builder.frame(frame("a"))]), NO_THREAD, [1]);
	const before = builder.snapshot({ comments: ["one"] });
	const copy = structuredClone(before);
	builder.add(builder.stack([builder.frame(frame("b"))]), builder.thread({ pid: 1, tid: 1, name: "" }), [5]);
	assert.deepEqual(before, copy);
	assert.equal(totalOf(builder.snapshot()), 6n);
});

test("times come out in order, each beside its own row", () => {
	fc.assert(
		fc.property(anyInput(), (input) => {
			const { times, samples } = buildInput(input, true).snapshot();
			assert.ok(times !== undefined);
			assert.equal(times.sample.length, input.samples.length);
			assert.deepEqual(
				[...times.nanoseconds],
				input.samples.map((sample) => sample.time).sort((a, b) => a - b),
			);
			assert.deepEqual(new Set(times.sample).size, samples.length);
		}),
	);
});

test("where the first value is no count, samples are how often one was added", () => {
	const builder = new ProfileBuilder({ valueTypes: [{ type: "cpu", unit: "nanoseconds" }] });
	builder.add(EMPTY_STACK, NO_THREAD, [500]);
	builder.add(EMPTY_STACK, NO_THREAD, [500]);
	assert.equal(builder.sampleCount, 2);
});
