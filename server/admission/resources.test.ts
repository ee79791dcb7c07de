import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readPod } from "./pod.ts";
import { isGuaranteed, parseQuantity } from "./resources.ts";

describe("quantities", () => {
	test("of the same amount are the same number, however they are written", () => {
		const same = [
			["100m", "0.1", ".1", "1e-1", "100000u", 0.1],
			["2", "2000m", "2.0", "+2", "2e0", 2],
			["1Gi", "1024Mi", "1048576Ki", "1073741824", 1073741824],
			["1G", "1000M", "1e9", "1E9", "1000000k"],
			["300m", "0.3"],
			["1Ei", "1024Pi"],
			["0", "0m", 0],
		];
		for (const [first, ...others] of same) {
			for (const other of others)
				assert.equal(parseQuantity(other), parseQuantity(first), `${other} ${first}`);
		}
	});

	test("are nothing else", () => {
		for (const value of [
			"",
			"x",
			"1x",
			"1 Gi",
			"1KI",
			"--1",
			"1e",
			"Gi",
			"1e9999",
			null,
			undefined,
			{},
			Number.NaN,
		]) {
			assert.ok(Number.isNaN(parseQuantity(value)), String(value));
		}
	});
});

describe("class Guaranteed", () => {
	const both = { cpu: "1", memory: "1Gi" };
	const verdict = (...resources: unknown[]) =>
		isGuaranteed(
			readPod({ metadata: {}, spec: { containers: resources.map((each) => ({ resources: each })) } }),
		);

	test("needs equal requests and limits of cpu and memory in every container", () => {
		assert.equal(verdict({ requests: both, limits: both }), true);
		assert.equal(verdict({ limits: both }), true, "a missing request becomes the limit");
		assert.equal(verdict({ limits: both }, { limits: both }), true);
		assert.equal(verdict({ requests: { ...both, "example.com/gpu": 1 }, limits: both }), true);
	});

	test("is not anything less", () => {
		assert.equal(verdict(), false);
		assert.equal(verdict({}), false);
		assert.equal(verdict({ requests: both }), false);
		assert.equal(verdict({ limits: { cpu: "1" } }), false);
		assert.equal(verdict({ limits: { cpu: "0", memory: "0" } }), false);
		assert.equal(verdict({ requests: { ...both, cpu: "500m" }, limits: both }), false);
		assert.equal(verdict({ limits: both }, {}), false);
	});
});
