import assert from "node:assert/strict";
import { it } from "node:test";
import { startBusy, startNode } from "../../test/targets/targets.ts";
import { identityOf } from "./identity.ts";
import { isAlive, parseStat, readProcess } from "./process-info.ts";

it("reads a stat line whose name holds parentheses and spaces", () => {
	const rest = "S 7 1 1 0 -1 4194304 1 2 3 4 50 25 0 0 20 0 3 0 12345 1 1";
	const parsed = parseStat(`42 (a) (b c) ${rest}`);
	assert.deepEqual(parsed, {
		name: "a) (b c",
		state: "S",
		parentPid: 7,
		kernelThread: false,
		cpuTicks: 75,
		threads: 3,
		startTime: 12345,
	});
});

it("makes a name harmless", () => {
	assert.equal(parseStat("42 (\u001b[31m\nred) S 7").name, "\ufffd[31m\ufffdred");
});

it("tells a process from a later one with its PID, and from one that is gone", async () => {
	const target = await startBusy("idle");
	const found = await readProcess(target.pid);
	assert.ok(found);
	assert.equal(found.name, "busy");
	assert.match(found.command, /busy idle$/);
	assert.ok(await isAlive(found));
	const reused = { ...found, startTime: found.startTime - 1 };
	assert.equal(await isAlive(reused), false);
	assert.deepEqual(await identityOf([found, reused]), { alive: [found], reused: [target.pid] });
	await target.stop();
	assert.equal(await readProcess(target.pid), undefined);
	assert.deepEqual(await identityOf([found]), { alive: [], reused: [] });
});

it("names a process whose main thread has a name that says nothing by its program", async () => {
	const target = await startNode();
	assert.equal((await readProcess(target.pid))?.name, "node");
	await target.stop();
});
