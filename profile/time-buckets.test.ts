import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { filterProfile } from "./filter.ts";
import { anyInput, buildInput, profileOf, totalOf } from "./testing/arbitrary-profile.ts";
import { bucketTime, timeBuckets } from "./time-buckets.ts";

test("all the weight is in the buckets, and each has what its range of time has", () => {
	fc.assert(
		fc.property(anyInput(1n), fc.integer({ min: 1, max: 97 }), (input, rows) => {
			const profile = buildInput(input, true).snapshot();
			const buckets = timeBuckets(profile, { rows });
			const all = buckets.weights.reduce((sum, weight) => sum + weight, buckets.outside);
			assert.equal(all, Number(totalOf(profile)));
			assert.equal(buckets.most, Math.max(0, ...buckets.weights.filter((weight) => weight > 0)));
			for (const [cell, weight] of buckets.weights.entries()) {
				if (weight === 0) continue;
				const time = bucketTime(buckets, Math.floor(cell / rows), cell % rows);
				assert.equal(Number(totalOf(filterProfile(profile, { time }))), weight);
			}
		}),
	);
});

test("times that cannot be do no harm", () => {
	const profile = profileOf({ a: 4 });
	const times = { sample: new Uint32Array(4), nanoseconds: Float64Array.of(-5, 1.5e9, 1e30, Number.NaN) };
	const buckets = timeBuckets({ ...profile, times }, { rows: 2 });
	assert.deepEqual([...buckets.weights], [0, 0, 0, 1]);
	assert.equal(buckets.outside, 3);
	assert.throws(() => timeBuckets(profile), RangeError);
	assert.throws(() => timeBuckets({ ...profile, times }, { value: 1 }), RangeError);
	assert.throws(() => timeBuckets({ ...profile, times }, { rows: 0 }), RangeError);
});
