import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { NO_THREAD, ProfileBuilder } from "../builder.ts";
import type { Profile } from "../model.ts";
import { anyInput, buildInput, profileOf, totalOf } from "../testing/arbitrary-profile.ts";
import { cpuprofileChunks } from "./cpuprofile.ts";
import { geckoChunks } from "./gecko.ts";
import { threadSamples } from "./thread-samples.ts";

const CPU = [
	{ type: "samples", unit: "count" },
	{ type: "cpu", unit: "nanoseconds" },
];

function geckoOf(profile: Profile, value = 0) {
	return JSON.parse([...geckoChunks(profile, { title: "shop", value })].join(""));
}

function cpuprofileOf(profile: Profile, value = 0) {
	return JSON.parse([...cpuprofileChunks(profile, value)].join(""));
}

/** Two samples of one row, one of another, an event later than the rest. */
function timedProfile(): Profile {
	const builder = new ProfileBuilder({ valueTypes: CPU, keepTimes: true });
	const frame = (name: string, line: number) =>
		builder.frame({ name, module: "/opt/shop", kind: "user", file: "shop.c", line });
	const main = builder.stack([frame("main", 3)]);
	const read = builder.child(main, frame("read", 7));
	const worker = builder.thread({ pid: 7, tid: 8, name: "worker" });
	builder.add(read, worker, [1, 5], 1e6);
	builder.add(main, NO_THREAD, [1, 10], 2e6);
	builder.add(read, worker, [1, 6], 3e6);
	return builder.snapshot({ startedAt: "2026-01-02T03:04:05.678Z" });
}

test("samples go to their threads, in the order of time, with all of the weight", () => {
	fc.assert(
		fc.property(anyInput(), fc.boolean(), fc.nat(1), (input, keepTimes, value) => {
			const profile = buildInput(input, keepTimes).snapshot();
			const threads = [...threadSamples(profile, value)];
			const all = threads.flatMap(({ weight }) => [...weight]);
			const expected = profile.samples.values[value].reduce((sum, one) => sum + one, 0n);
			assert.equal(
				all.reduce((sum, one) => sum + one, 0),
				Number(expected),
			);
			if (!keepTimes) return;
			assert.equal(all.length, input.samples.length);
			for (const { nanoseconds } of threads) {
				assert.ok(nanoseconds?.every((time, index) => index === 0 || time >= nanoseconds[index - 1]));
			}
		}),
	);
});

test("gecko: stacks, functions and their places, sample by sample", () => {
	const { meta, libs, shared, threads } = geckoOf(timedProfile());
	const { stackTable, frameTable, funcTable, stringArray, resourceTable, sources } = shared;
	assert.equal(meta.startTime, Date.parse("2026-01-02T03:04:05.678Z"));
	assert.deepEqual(stackTable, { length: 2, frame: [0, 1], prefix: [null, 0] });
	assert.deepEqual(
		funcTable.name.map((name: number) => stringArray[name]),
		["main", "read"],
	);
	assert.deepEqual(frameTable.line, [3, 7]);
	assert.deepEqual(
		frameTable.category.map((category: number) => meta.categories[category].name),
		["User", "User"],
	);
	assert.equal(stringArray[sources.filename[funcTable.source[0]]], "shop.c");
	assert.equal(libs[resourceTable.lib[funcTable.resource[0]]].path, "/opt/shop");
	const [unknown, worker] = threads;
	assert.deepEqual([unknown.name, worker.name, worker.pid, worker.tid], ["all threads", "worker", "7", 8]);
	assert.deepEqual(unknown.samples, { length: 1, stack: [0], time: [2], weight: [1], weightType: "samples" });
	assert.deepEqual(worker.samples, {
		length: 2,
		stack: [1, 1],
		time: [1, 3],
		weight: [1, 1],
		weightType: "samples",
	});
});

test("gecko: nanoseconds are written as milliseconds, to the last of them", () => {
	const [unknown, worker] = geckoOf(timedProfile(), 1).threads;
	assert.equal(worker.samples.weightType, "tracing-ms");
	assert.deepEqual([...unknown.samples.weight, ...worker.samples.weight], [0.00001, 0.000006, 0.000005]);
});

test("gecko: without times samples stand one after the other, and none is no fault", () => {
	const [{ samples }] = geckoOf(profileOf({ "main;read": 3, main: 2, "main;write": 1 })).threads;
	assert.deepEqual(samples.time, [0, 3, 5]);
	assert.deepEqual(geckoOf(profileOf({})).threads[0].samples.stack, []);
	assert.throws(() => geckoOf(profileOf({ a: 1 }), 4), RangeError);
});

test("cpuprofile: each sample by itself, in the order of time", () => {
	const { nodes, samples, timeDeltas, startTime, endTime } = cpuprofileOf(timedProfile());
	assert.deepEqual(
		nodes.map(
			(node: { id: number; callFrame: { functionName: string }; hitCount: number; children: number[] }) => [
				node.id,
				node.callFrame.functionName,
				node.hitCount,
				node.children,
			],
		),
		[
			[1, "(root)", 0, [2]],
			[2, "main", 1, [3]],
			[3, "read", 2, []],
		],
	);
	assert.deepEqual(nodes[2].callFrame, {
		functionName: "read",
		scriptId: "0",
		url: "shop.c",
		lineNumber: 6,
		columnNumber: -1,
	});
	assert.deepEqual(samples, [3, 2, 3]);
	// 21 ns for three samples: less than V8 can say
	assert.deepEqual({ timeDeltas, startTime, endTime }, { timeDeltas: [0, 0, 0], startTime: 0, endTime: 0 });
	assert.deepEqual(cpuprofileOf(profileOf({ a: 2 })).timeDeltas, [0, 1000]);
});

test("cpuprofile: a profile of very many samples has each stack once, as long as it weighs", () => {
	const profile = profileOf({ "main;read": 3_000_000, main: 1_000_000 });
	const { nodes, samples, timeDeltas, endTime } = cpuprofileOf(profile);
	assert.equal(
		nodes.reduce((sum: number, { hitCount }: { hitCount: number }) => sum + hitCount, 0),
		Number(totalOf(profile)),
	);
	assert.deepEqual(samples, [2, 3, 1]);
	assert.deepEqual(timeDeltas, [0, 1e9, 3e9]);
	assert.equal(endTime, 4e9);
});
