import assert from "node:assert/strict";
import { test } from "node:test";
import { ProfileFormatError } from "../model.ts";
import { readAs, valuesByStack } from "../testing/readable.ts";

const call = (functionName: string, url = "", lineNumber = -1) => ({
	functionName,
	scriptId: "1",
	url,
	lineNumber,
	columnNumber: 0,
});

const NODES = [
	{ id: 1, callFrame: call("(root)"), hitCount: 0, children: [2, 3] },
	{ id: 2, callFrame: call("(idle)"), hitCount: 1 },
	{ id: 3, callFrame: call("main", "file:///app/shop.js", 4), hitCount: 1, children: [4] },
	{ id: 4, callFrame: call("", "file:///app/shop.js", 11), hitCount: 1 },
];

test("samples last until the next one, the last until the end", async () => {
	const profile = await readAs("cpuprofile", {
		nodes: NODES,
		startTime: 1000,
		endTime: 2000,
		samples: [3, 4, 2],
		timeDeltas: [100, 250, 150],
	});
	assert.deepEqual(valuesByStack(profile), {
		main: [1, 250_000],
		"main;(anonymous) shop.js:12": [1, 150_000],
		"(idle)": [1, 500_000],
	});
	assert.deepEqual([...(profile.times?.nanoseconds ?? [])], [100_000, 350_000, 500_000]);
	assert.equal(profile.info.durationNanoseconds, 1_000_000n);
	assert.deepEqual(profile.frames[1], {
		name: "main",
		module: "/app/shop.js",
		kind: "jit",
		file: "/app/shop.js",
		line: 5,
	});
});

test("times that go back a little are put in order", async () => {
	const profile = await readAs("cpuprofile", {
		nodes: NODES,
		startTime: 0,
		endTime: 600,
		samples: [3, 4, 2],
		timeDeltas: [200, -100, 300],
	});
	assert.deepEqual(valuesByStack(profile), {
		"main;(anonymous) shop.js:12": [1, 100_000],
		main: [1, 200_000],
		"(idle)": [1, 200_000],
	});
});

test("without samples the hit counts are what there is", async () => {
	const counts = NODES.map((node) => ({ ...node, hitCount: node.id * 2 ** 40 }));
	const profile = await readAs("cpuprofile", { nodes: counts });
	assert.deepEqual(valuesByStack(profile), {
		"": [2 ** 40],
		"(idle)": [2 * 2 ** 40],
		main: [3 * 2 ** 40],
		"main;(anonymous) shop.js:12": [4 * 2 ** 40],
	});
});

test("nodes that lead nowhere, twice to one, or in a circle are refused", async () => {
	const changed = (index: number, change: object): unknown => ({
		nodes: NODES.map((node, at) => (at === index ? { ...node, ...change } : node)),
	});
	const cases: [string, unknown][] = [
		["a circle", changed(3, { children: [3] })],
		["two parents", changed(1, { children: [4] })],
		["no such child", changed(1, { children: [9] })],
		["the same id", changed(1, { id: 3 })],
		["no id", changed(1, { id: undefined })],
		["no callFrame", changed(1, { callFrame: undefined })],
		["a negative count", changed(1, { hitCount: -1 })],
		["no such sample", { nodes: NODES, samples: [77] }],
		["an absurd time", { nodes: NODES, samples: [3], timeDeltas: [1e300] }],
	];
	for (const [what, json] of cases) {
		await assert.rejects(readAs("cpuprofile", json), (error) => {
			assert.ok(error instanceof ProfileFormatError, `${what}: ${error}`);
			return error.format === "cpuprofile" && error.offset > 0;
		});
	}
});
