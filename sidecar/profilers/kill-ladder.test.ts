import assert from "node:assert/strict";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { it } from "node:test";
import { createKillLadder } from "./kill-ladder.ts";
import { startTool } from "./tool-process.ts";

const SOON = 50;
/** Longer than a signal takes on the busiest machine. */
const NEVER = 120_000;

async function startShell(script: string) {
	const tool = startTool({ file: "sh", arguments: ["-c", script], environment: process.env as never }, 3);
	await once(tool.child.stdout as Readable, "data");
	return tool;
}

it("ends a tool that does not heed the asking by SIGTERM", async () => {
	const tool = await startShell("echo up; exec sleep 600");
	const ladder = createKillLadder(tool, { asked: SOON, terminated: NEVER });
	ladder.climb();
	assert.deepEqual(await tool.exit, { code: null, signal: "SIGTERM" });
	assert.equal(ladder.killed, false);
});

it("ends a tool that heeds nothing by SIGKILL", async () => {
	const tool = await startShell("trap '' TERM; echo up; while :; do sleep 1; done");
	const ladder = createKillLadder(tool, { asked: SOON, terminated: SOON });
	ladder.climb();
	assert.deepEqual(await tool.exit, { code: null, signal: "SIGKILL" });
	assert.equal(ladder.killed, true);
	assert.equal(tool.running(), false);
	ladder.progress();
});

it("takes a tool that cannot be started for one that has ended", async () => {
	const tool = startTool({ file: "/nonexistent/tool", arguments: [], environment: {} }, 3);
	assert.deepEqual(await tool.exit, { code: 127, signal: null });
	assert.equal(tool.running(), false);
	assert.equal(await tool.cpuSeconds(), 0);
});

it("ends a tool that goes on and on as if it had not been asked", async () => {
	const tool = await startShell("while :; do echo more; sleep 0.01; done");
	const ladder = createKillLadder(tool, { asked: NEVER, longest: 2 * SOON, terminated: NEVER });
	tool.child.stdout?.on("data", () => ladder.progress());
	ladder.climb();
	assert.deepEqual(await tool.exit, { code: null, signal: "SIGTERM" });
});
