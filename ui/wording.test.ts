import assert from "node:assert/strict";
import { test } from "node:test";
import * as wording from "./wording.ts";

test("shares never round something down to nothing", () => {
	assert.equal(wording.share(1, 1_000_000), "<0.1%");
	assert.equal(wording.share(0, 10), "0%");
	assert.equal(wording.share(5, 0), "0%");
	assert.equal(wording.share(1, 3), "33.3%");
	assert.equal(wording.share(10, 10), "100%");
});

test("durations and clocks", () => {
	assert.equal(wording.clock(7.9), "0:07");
	assert.equal(wording.clock(3723), "1:02:03");
	assert.equal(wording.duration(8.04), "8 s");
	assert.equal(wording.duration(59.7), "1 min");
	assert.equal(wording.duration(125), "2 min 5 s");
	assert.equal(wording.duration(3600), "1 h");
});

test("weights follow their unit", () => {
	assert.equal(wording.weight(1, "samples"), "1 sample");
	assert.equal(wording.weight(1234, "count"), "1,234 samples");
	assert.equal(wording.weight(2_500_000_000, "nanoseconds"), "2.5 s");
	assert.equal(wording.weight(999, "nanoseconds"), "999 ns");
	assert.equal(wording.weight(3_100_000, "bytes"), "3.1 MB");
	assert.equal(wording.weight(3, "faults"), "3 faults");
});

test("foreign text cannot reorder, hide or flood", () => {
	assert.equal(wording.printable("a\u202eb\u0007\u2066c"), "a\ufffdb\ufffd\ufffdc");
	assert.equal(wording.printable("x".repeat(600)).length, 513);
	assert.equal(wording.printable("naïve 日本 🔥"), "naïve 日本 🔥");
});
