import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { ProfileBuilder } from "../../../profile/builder.ts";
import { perfValueTypes } from "../../../profile/read/perf-script.ts";
import { readProcess } from "../../targets/process-info.ts";
import type { ProfilerRun, ProfilerSink } from "../profiler.ts";
import { startPerfRun } from "./record.ts";

/** A perf to which the first "stop" is lost: it goes on recording. */
const HARD_OF_HEARING = `#!/bin/bash
[ "$1" = record ] || exec cat >/dev/null
stops=0
while read -r command <&3; do
	echo ack >&4
	[ "$command" = stop ] && stops=$((stops + 1))
	[ $stops -ge 2 ] && exit 0
done
exit 1
`;

/** A perf that is refused at once. */
const REFUSED = `#!/bin/sh
[ "$1" = record ] || exec cat >/dev/null
echo 'No permission to enable cpu-clock event.' >&2
exit 255
`;

test("the words of a perf that ends at once are heard, however slow the agent's disk is", async (t) => {
	const { folder, perf } = fakePerf(t, REFUSED);
	// A file that cannot be opened for writing before somebody reads it: the slowest disk there is.
	const rawFile = join(folder, "raw");
	execFileSync("mkfifo", [rawFile]);
	const log: string[] = [];
	const run = await startRun(perf, rawFile, { onLog: (line) => log.push(line) });
	const [record] = run.pids();
	assert.ok(record);
	while (run.pids().includes(record)) await setTimeout(10);
	const reader = spawn("cat", [rawFile], { stdio: "ignore" });
	t.after(() => reader.kill());

	assert.equal((await run.done).cause, "not-permitted");
	assert.equal(log.length, 1);
});

test("a perf that did not hear that it was asked to end is asked again", async (t) => {
	const { folder, perf } = fakePerf(t, HARD_OF_HEARING);
	const { promise: started, resolve: onStarted } = Promise.withResolvers<void>();
	const run = await startRun(perf, join(folder, "raw"), { onStarted });
	await started;
	run.stop();
	assert.deepEqual(await run.done, { cause: null });
});

function fakePerf(t: TestContext, script: string): { folder: string; perf: string } {
	const folder = mkdtempSync(join(tmpdir(), "furnace-test-perf-"));
	t.after(() => rmSync(folder, { recursive: true }));
	const perf = join(folder, "perf");
	writeFileSync(perf, script);
	chmodSync(perf, 0o755);
	return { folder, perf };
}

async function startRun(perf: string, rawFile: string, sink: Partial<ProfilerSink>): Promise<ProfilerRun> {
	const self = await readProcess(process.pid);
	assert.ok(self);
	return startPerfRun(
		{ event: "cpu-clock", frequency: 99, callGraph: "fp", processes: [self], rawFile },
		{
			builder: new ProfileBuilder({ valueTypes: perfValueTypes("cpu-clock") }),
			onStarted: () => undefined,
			onLog: () => undefined,
			...sink,
		},
		{ tools: { perf, setpriv: undefined, path: process.env.PATH ?? "" }, rawLimit: 1024 },
	);
}
