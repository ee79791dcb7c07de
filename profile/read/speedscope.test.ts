import assert from "node:assert/strict";
import { test } from "node:test";
import { ProfileFormatError } from "../model.ts";
import { readAs, valuesByStack } from "../testing/readable.ts";
import { EVENTED } from "../testing/seeds.ts";

const shared = { frames: [{ name: "main", file: "main.c", line: 3 }, { name: "parse" }] };
const sampled = (change: object = {}) => ({
	type: "sampled",
	name: "loop",
	unit: "none",
	startValue: 0,
	endValue: 3,
	samples: [[0, 1], [0], []],
	weights: [2, 1, 4],
	...change,
});
const file = (...profiles: object[]) => ({ shared, profiles });
const read = (json: unknown) => readAs("speedscope", json);

test("sampled: each stack with its weight, root first", async () => {
	const profile = await read(file(sampled()));
	assert.deepEqual(valuesByStack(profile), { "loop: main;parse": [2], "loop: main": [1], "loop: ": [4] });
	assert.deepEqual(profile.frames[0], { name: "main", module: "", kind: "user", file: "main.c", line: 3 });
	assert.equal(profile.times, undefined);
});

test("times are nanoseconds whatever they came in, and say when a sample was taken", async () => {
	for (const [unit, scale] of Object.entries({
		seconds: 1e9,
		milliseconds: 1e6,
		microseconds: 1e3,
		nanoseconds: 1,
	})) {
		const profile = await read(file(sampled({ unit })));
		assert.deepEqual(profile.valueTypes, [{ type: "time", unit: "nanoseconds" }]);
		assert.deepEqual(valuesByStack(profile)["loop: main;parse"], [2 * scale]);
		assert.deepEqual([...(profile.times?.nanoseconds ?? [])], [0, 2 * scale, 3 * scale]);
	}
});

test("evented: what is open between two events has the time between them", async () => {
	const profile = await read(EVENTED);
	assert.deepEqual(valuesByStack(profile), { "loop: main": [4_500_000], "loop: main;parse": [1_500_000] });
	assert.deepEqual([...(profile.times?.nanoseconds ?? [])], [0, 2_500_000, 4_000_000, 9_000_000]);
});

test("several profiles are threads, and values of several kinds", async () => {
	const profile = await read(file(sampled(), sampled({ name: "heap", unit: "bytes" })));
	assert.deepEqual(
		profile.valueTypes.map(({ type }) => type),
		["samples", "space"],
	);
	assert.deepEqual(valuesByStack(profile)["loop: main"], [1, 0]);
	assert.deepEqual(valuesByStack(profile)["heap: main"], [0, 1]);
});

test("parts of a weight are not lost by rounding", async () => {
	const profile = await read(
		file(sampled({ samples: Array(1000).fill([0]), weights: Array(1000).fill(0.25) })),
	);
	assert.deepEqual(valuesByStack(profile), { "loop: main": [250] });
	const tenths = sampled({ unit: "seconds", samples: Array(1000).fill([0]), weights: Array(1000).fill(0.1) });
	assert.deepEqual(valuesByStack(await read(file(tenths))), { "loop: main": [1e11] });
});

test("what does not fit together is refused with its place", async () => {
	const events = (...all: object[]) => file({ ...EVENTED.profiles[0], events: all });
	const open = { type: "O", frame: 0, at: 10 };
	const cases: [string, unknown][] = [
		["a frame beyond the list", file(sampled({ samples: [[2], [0], [0]] }))],
		["a negative frame", file(sampled({ samples: [[-1], [0], [0]] }))],
		["fewer weights", file(sampled({ weights: [1] }))],
		["more weights", file(sampled({ weights: [1, 2, 3, 4] }))],
		["a weight of text", file(sampled({ weights: ["1", 2, 3] }))],
		["a weight beyond 62 bits", file(sampled({ weights: [1e19, 2, 3] }))],
		["a unit nobody knows", file(sampled({ unit: "toString" }))],
		["a type nobody knows", file(sampled({ type: "guessed" }))],
		["an event before the one before", events(open, { type: "C", frame: 0, at: 9 })],
		["another frame closed", events(open, { type: "C", frame: 1, at: 11 })],
		["one closed too many", events({ type: "C", frame: 0, at: 11 })],
	];
	for (const [what, json] of cases) {
		await assert.rejects(read(json), (error) => {
			assert.ok(error instanceof ProfileFormatError, `${what}: ${error}`);
			return error.format === "speedscope" && error.offset > 0;
		});
	}
});
