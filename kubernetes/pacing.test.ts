import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { delayAfter, jittered } from "./pacing.ts";

describe("pauses between attempts", () => {
	test("never below a second, never above eleven, never the same for all", () => {
		fc.assert(
			fc.property(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
				const delay = delayAfter(failures, () => random);
				assert.ok(delay >= 1_000 && delay <= 11_000);
			}),
		);
		assert.notEqual(
			delayAfter(0, () => 0),
			delayAfter(0, () => 1),
		);
	});

	test("grow with the failures", () => {
		const delays = [0, 1, 2, 3, 4, 5].map((failures) => delayAfter(failures, () => 0.5));
		assert.deepEqual(
			delays,
			[...delays].sort((a, b) => a - b),
		);
		assert.ok((delays[4] ?? 0) > 3 * (delays[0] ?? 0));
	});

	test("jitter only adds", () => {
		assert.equal(
			jittered(20, 0.2, () => 0),
			20,
		);
		assert.equal(
			jittered(20, 0.2, () => 1),
			24,
		);
	});
});
