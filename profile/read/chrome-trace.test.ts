import assert from "node:assert/strict";
import { test } from "node:test";
import { ProfileFormatError } from "../model.ts";
import { readAs, valuesByStack } from "../testing/readable.ts";

const node = (id: number, functionName: string, parent?: number) => ({
	id,
	parent,
	callFrame: { functionName, url: "https://shop.test/app.js", lineNumber: 0, scriptId: 1 },
});
const chunk = (pid: number, id: string, ts: number, cpuProfile: object, timeDeltas: number[]) => ({
	name: "ProfileChunk",
	ph: "P",
	pid,
	tid: 99,
	id,
	ts,
	args: { data: { cpuProfile, timeDeltas } },
});
const begin = (pid: number, tid: number, id: string, startTime: number) => ({
	name: "Profile",
	ph: "P",
	pid,
	tid,
	id,
	ts: startTime,
	args: { data: { startTime } },
});
const named = (pid: number, tid: number, name: string) => ({
	name: "thread_name",
	ph: "M",
	pid,
	tid,
	args: { name },
});

const EVENTS = [
	begin(1, 10, "0x1", 5_000_000),
	named(1, 10, "Main"),
	named(2, 20, "Worker"),
	chunk(1, "0x1", 5_000_300, { nodes: [node(3, "load", 2)], samples: [3, 2] }, [10, 20]),
	{ name: "RunTask", ph: "X", pid: 1, tid: 10, ts: 5, dur: 7, args: {} },
	chunk(1, "0x1", 5_000_100, { nodes: [node(2, "main")], samples: [2] }, [100]),
	begin(2, 20, "0x1", 5_001_000),
	chunk(2, "0x1", 5_002_000, { nodes: [node(2, "spin")], samples: [2, 2], endTime: 1 }, [0, 40]),
];

test("chunks of several samplers, in whatever order they were written", async () => {
	for (const json of [EVENTS, { traceEvents: EVENTS, metadata: { source: "test" } }]) {
		const profile = await readAs("chrome-trace", json);
		assert.deepEqual(valuesByStack(profile), {
			"Main: main": [2, 10_000],
			"Main: main;load": [1, 20_000],
			"Worker: spin": [2, 40_000],
		});
		assert.deepEqual(
			profile.threads.map(({ pid, tid }) => [pid, tid]),
			[
				[1, 10],
				[2, 20],
			],
		);
		assert.deepEqual(
			[...(profile.times?.nanoseconds ?? [])],
			[100_000, 110_000, 130_000, 1_000_000, 1_040_000],
		);
	}
});

test("an older trace has the profile in one event", async () => {
	const cpuProfile = { nodes: [node(2, "main")], samples: [2, 2], timeDeltas: [0, 50], startTime: 7 };
	const event = { name: "CpuProfile", pid: 4, tid: 5, args: { data: { cpuProfile } } };
	assert.deepEqual(valuesByStack(await readAs("chrome-trace", [event])), { ": main": [2, 50_000] });
});

test("samples of nodes that never came are refused", async () => {
	const events = [begin(1, 10, "0x1", 0), chunk(1, "0x1", 1, { nodes: [], samples: [7] }, [1])];
	await assert.rejects(readAs("chrome-trace", events), ProfileFormatError);
});
