import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, it } from "node:test";
import { startBusy, type TestTarget } from "../../test/targets/targets.ts";
import { readProcess } from "../targets/process-info.ts";
import { startTestAgent, until, untilSamples } from "../testing/test-agent.ts";
import { readPprofFile } from "./pprof-file.ts";
import { WorkDirInUseError } from "./work-dir-lock.ts";

describe("the end of an agent", () => {
	let workDir: string;
	let target: TestTarget;
	before(async () => {
		workDir = await mkdtemp(join(tmpdir(), "furnace-test-agent-"));
		target = await startBusy();
	});
	after(async () => {
		await target.stop();
		await rm(workDir, { recursive: true, force: true });
	});

	it("killed: nothing of it survives, and the next agent has the samples of its last checkpoint", async () => {
		const program = join(import.meta.dirname, "../testing/killed-agent.ts");
		const agent = spawn(process.execPath, [program, workDir, String(target.pid)], {
			stdio: ["ignore", "pipe", "inherit"],
		});
		const [line] = await once(createInterface({ input: agent.stdout }), "line");
		const { id, tools } = JSON.parse(line);
		assert.equal(tools.length, 1);
		await until("a checkpoint", () => existsSync(join(workDir, id, "profile.pb.gz")));
		agent.kill("SIGKILL");
		await until("the tools are gone", async () =>
			(await Promise.all(tools.map(readProcess))).every((tool) => tool === undefined),
		);
		const next = await startTestAgent({ workDir, keepWorkDir: true });
		const recording = next.agent.recordings.get(id);
		assert.equal(recording.state, "failed");
		assert.equal(recording.cause?.code, "agent-restarted");
		assert.ok(recording.samples > 0);
		const profile = await readPprofFile((await next.agent.recordings.storedProfile(id)) ?? Buffer.alloc(0));
		const total = profile.samples.values[0].reduce((sum, value) => sum + value, 0n);
		assert.equal(Number(total), recording.samples);
		assert.equal(existsSync(join(workDir, id, "perf.data")), false);
		assert.deepEqual(next.agent.recordings.unarchived(), [id]);
		next.agent.recordings.get(id);
		await next.agent.recordings.remove(id);
		await next.close();
	});

	it("closed: recordings end in order, and wait for the next agent's upload", async () => {
		const first = await startTestAgent({ workDir, keepWorkDir: true });
		const { recording } = await first.record(target.pid);
		await untilSamples(first, recording.id, 20);
		await assert.rejects(startTestAgent({ workDir, keepWorkDir: true }), WorkDirInUseError);
		await first.close();
		assert.deepEqual(await readdir(workDir), [recording.id]);
		assert.deepEqual((await readdir(join(workDir, recording.id))).sort(), [
			"profile.pb.gz",
			"recording.json",
		]);
		const second = await startTestAgent({ workDir, keepWorkDir: true });
		const kept = second.agent.recordings.get(recording.id);
		assert.equal(kept.cause?.code, "agent-stopped");
		assert.equal(kept.state, "finished");
		assert.ok(kept.samples >= 20);
		await second.agent.recordings.remove(recording.id);
		await second.close();
		assert.deepEqual(await readdir(workDir), []);
	});
});
