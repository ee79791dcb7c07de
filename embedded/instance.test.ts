import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { AlreadyRunningError, claimInstance, StateFolderError } from "./instance.ts";
import { isRunning, processId } from "./process-id.ts";

it("ends what an earlier main left, and keeps a second one out", async (t) => {
	const folder = mkdtempSync(join(tmpdir(), "furnace-test-instance-"));
	t.after(() => rmSync(folder, { recursive: true }));
	const left = spawn("sleep", ["600"], { stdio: "ignore" });
	const gone = once(left, "exit");
	const id = processId(left.pid ?? 0);
	assert.ok(id);
	const main = { pid: process.pid, startTime: "0" };
	const note = { main, url: "http://127.0.0.1:1", runtimeDir: "/nonexistent", children: [id] };
	writeFileSync(join(folder, "instance.json"), JSON.stringify(note));
	const instance = await claimInstance(folder, "http://127.0.0.1:2");
	await gone;
	assert.equal(isRunning(id), false);
	await assert.rejects(claimInstance(folder, "http://127.0.0.1:3"), AlreadyRunningError);
	instance.release();
});

it("says that the state folder cannot be used", async () => {
	await assert.rejects(claimInstance("/dev/null/state", "http://127.0.0.1:1"), (error: Error) => {
		assert.ok(error instanceof StateFolderError);
		assert.match(error.message, /not a directory.*--state/);
		return true;
	});
});
