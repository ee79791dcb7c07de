import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { ProfileBuilder } from "../../../profile/builder.ts";
import { perfValueTypes } from "../../../profile/read/perf-script.ts";
import { readProcess } from "../../targets/process-info.ts";
import { startPerfRun } from "./record.ts";

/** A perf that is refused at once. */
const REFUSED = `#!/bin/sh
[ "$1" = record ] || exec cat >/dev/null
echo 'No permission to enable cpu-clock event.' >&2
exit 255
`;

test("the words of a perf that ends at once are heard, however slow the agent's disk is", async (t) => {
	const folder = mkdtempSync(join(tmpdir(), "furnace-test-perf-"));
	t.after(() => rmSync(folder, { recursive: true }));
	const perf = join(folder, "perf");
	writeFileSync(perf, REFUSED);
	chmodSync(perf, 0o755);
	// A file that cannot be opened for writing before somebody reads it: the slowest disk there is.
	const rawFile = join(folder, "raw");
	execFileSync("mkfifo", [rawFile]);
	const self = await readProcess(process.pid);
	assert.ok(self);
	const log: string[] = [];
	const run = startPerfRun(
		{ event: "cpu-clock", frequency: 99, callGraph: "fp", processes: [self], rawFile },
		{
			builder: new ProfileBuilder({ valueTypes: perfValueTypes("cpu-clock") }),
			onStarted: () => undefined,
			onLog: (line) => log.push(line),
		},
		{ tools: { perf, setpriv: undefined, path: process.env.PATH ?? "" }, rawLimit: 1024 },
	);
	const [record] = run.pids();
	assert.ok(record);
	while (run.pids().includes(record)) await setTimeout(10);
	const reader = spawn("cat", [rawFile], { stdio: "ignore" });
	t.after(() => reader.kill());

	assert.equal((await run.done).cause, "not-permitted");
	assert.equal(log.length, 1);
});
