import assert from "node:assert/strict";
import { it } from "node:test";
import { startBusy, type TestTarget } from "../../test/targets/targets.ts";
import type { Profiler, RunEnd } from "../profilers/profiler.ts";
import { readProcess } from "../targets/process-info.ts";
import { createSession } from "./session.ts";

/** A tool that gives up without a word, as perf does when its target ends while it looks at it. */
function givingUp(meanwhile: () => Promise<void>): Profiler {
	const run = async (): Promise<RunEnd> => {
		await meanwhile();
		return { cause: "tool-failed", detail: "perf record ended with exit code 255." };
	};
	return {
		name: "perf",
		support: async () => ({ profiler: "perf", available: true }),
		refuses: async () => null,
		valueTypes: () => [{ type: "samples", unit: "count" }],
		start: () => ({
			done: run(),
			stop: () => undefined,
			kill: () => undefined,
			lost: () => 0,
			cpuSeconds: async () => 0,
			hasRawData: () => false,
			pids: () => [],
		}),
	};
}

async function causeOfSession(target: TestTarget, profiler: Profiler): Promise<string | undefined> {
	const found = await readProcess(target.pid);
	assert.ok(found);
	const session = createSession({
		id: "0".repeat(26),
		target: { namespace: "local", pod: "busy" },
		order: {
			event: "cpu-clock",
			frequency: 99,
			callGraph: "fp",
			processes: [found],
			rawFile: "/nonexistent",
		},
		profiler,
		requestedSeconds: undefined,
		maxSeconds: 60,
		symbolHint: () => undefined,
		times: { path: "/nonexistent", limit: 0 },
	});
	session.begin();
	await session.ended;
	return session.recording().cause?.code;
}

it("blames a start that failed on the target when that has ended, and on the tool otherwise", async () => {
	const gone = await startBusy();
	assert.equal(
		await causeOfSession(
			gone,
			givingUp(() => gone.stop()),
		),
		"target-gone",
	);
	const alive = await startBusy();
	assert.equal(
		await causeOfSession(
			alive,
			givingUp(async () => undefined),
		),
		"tool-failed",
	);
	await alive.stop();
});
