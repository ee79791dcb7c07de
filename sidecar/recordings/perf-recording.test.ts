import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import type { Recording } from "../../contract/recording.ts";
import { callTreeOf } from "../../profile/call-tree.ts";
import type { Profile } from "../../profile/model.ts";
import { topFunctions } from "../../profile/top.ts";
import {
	HIDDEN_FOLDER,
	startBusy,
	startHiddenBusy,
	startHiddenNode,
	startNode,
	type TestTarget,
} from "../../test/targets/targets.ts";
import { finish, startTestAgent, type TestAgent, until, untilSamples } from "../testing/test-agent.ts";

const isRoot = process.getuid?.() === 0;
const ENOUGH = 40;

/** Samples in which a function takes part. */
function samplesIn(profile: Profile, name: string | RegExp): number {
	const matches = (candidate: string) =>
		typeof name === "string" ? candidate === name : name.test(candidate);
	return topFunctions(callTreeOf(profile))
		.filter((entry) => matches(entry.name))
		.reduce((total, entry) => total + entry.total, 0);
}

/** What perf itself finds in the raw data that was kept. */
async function samplesInRawData({ agent }: TestAgent, { id, target }: Recording): Promise<number> {
	const answer = await agent.app.inject(`/pods/${target.pod}/recordings/${id}/profile?format=perf.data`);
	const reader = promisify(execFile)("perf", ["script", "-i", "-", "-G", "-F", "comm,event"]);
	reader.child.stdin?.end(answer.rawPayload);
	return (await reader).stdout.trim().split("\n").length;
}

describe("perf recordings of real processes", () => {
	let tested: TestAgent;
	before(async () => {
		tested = await startTestAgent();
	});
	after(() => tested.close());

	/** Records a target until there is enough, then stops. */
	async function recordOf(
		target: TestTarget,
		request = {},
	): Promise<{ recording: Recording; profile: Profile }> {
		try {
			const { recording } = await tested.record(target.pid, request);
			await untilSamples(tested, recording.id, ENOUGH);
			return await finish(tested, recording.id);
		} finally {
			await target.stop();
		}
	}

	it("names the functions of a compiled program, callers included", async () => {
		const { recording, profile } = await recordOf(await startBusy());
		assert.equal(recording.state, "finished");
		assert.equal(recording.cause?.code, "stopped");
		assert.ok(recording.rawData);
		assert.ok(samplesIn(profile, "busy_inner") > 0.8 * recording.samples);
		assert.ok(samplesIn(profile, "busy_outer") > 0.8 * recording.samples);
		assert.ok((recording.overhead?.cpuSeconds ?? 0) >= 0);
		assert.ok(recording.symbols);
		assert.equal(recording.samples, await samplesInRawData(tested, recording), "stopping loses nothing");
	});

	it("unwinds by DWARF", async () => {
		const { recording, profile } = await recordOf(await startBusy(), { callGraph: "dwarf" });
		assert.ok(samplesIn(profile, "busy_outer") > 0.5 * recording.samples);
	});

	it("names the functions of a Node.js program by its map", async () => {
		const { recording, profile } = await recordOf(await startNode());
		assert.ok(samplesIn(profile, /furnaceHotLoop|furnaceCaller/) > 0.5 * recording.samples);
	});

	it("finds a program in other mount and PID namespaces, at a path that does not exist outside", {
		skip: !isRoot && "needs root",
	}, async () => {
		const { recording, profile } = await recordOf(await startHiddenBusy());
		assert.ok(samplesIn(profile, "busy_inner") > 0.8 * recording.samples);
		assert.ok(profile.frames.some(({ module }) => module === `${HIDDEN_FOLDER}/busy`));
	});

	it("finds the map of a Node.js program by its PID in its own namespace", {
		skip: !isRoot && "needs root",
	}, async () => {
		const { recording, profile } = await recordOf(await startHiddenNode());
		assert.ok(samplesIn(profile, /furnaceHotLoop|furnaceCaller/) > 0.5 * recording.samples);
	});

	it("records a process that forks all the time, with its children", async () => {
		const { recording, profile } = await recordOf(await startBusy("forks"));
		assert.ok(samplesIn(profile, "busy_child") > 0.3 * recording.samples);
	});

	it("records 200 threads", async () => {
		const target = await startBusy("threads", "200");
		const { recording } = await tested.record(target.pid);
		await untilSamples(tested, recording.id, 300);
		const { profile } = await finish(tested, recording.id);
		await target.stop();
		assert.ok(new Set(profile.threads.map(({ tid }) => tid)).size > 10);
	});

	it("keeps what was recorded when the target ends", async () => {
		const target = await startBusy();
		const { recording } = await tested.record(target.pid);
		await untilSamples(tested, recording.id, ENOUGH);
		await target.stop();
		const ended = await tested.agent.recordings.ended(recording.id);
		assert.equal(ended.state, "finished");
		assert.equal(ended.cause?.code, "target-exited");
		assert.ok(ended.samples >= ENOUGH);
	});

	it("keeps what was recorded when perf is killed", async () => {
		const target = await startBusy();
		const { recording } = await tested.record(target.pid);
		await untilSamples(tested, recording.id, ENOUGH);
		const [perf] = tested.agent.toolPids();
		process.kill(perf, "SIGKILL");
		const ended = await tested.agent.recordings.ended(recording.id);
		await target.stop();
		assert.equal(ended.state, "failed");
		assert.equal(ended.cause?.code, "tool-failed");
		assert.match(ended.cause?.message ?? "", /SIGKILL/);
		assert.ok(ended.samples >= ENOUGH);
	});

	it("keeps what was recorded when perf script is killed", async () => {
		const target = await startBusy();
		const { recording } = await tested.record(target.pid, { callGraph: "dwarf" });
		await untilSamples(tested, recording.id, ENOUGH);
		const [, script] = tested.agent.toolPids();
		process.kill(script, "SIGKILL");
		const ended = await tested.agent.recordings.ended(recording.id);
		await target.stop();
		assert.equal(ended.cause?.code, "tool-failed");
		assert.match(ended.cause?.message ?? "", /perf script/);
		assert.deepEqual(tested.agent.toolPids(), []);
	});

	it("says that an idle target had no samples", async () => {
		const target = await startBusy("idle");
		const { recording } = await tested.record(target.pid);
		await until("it records", () => tested.agent.recordings.get(recording.id).state === "recording");
		tested.agent.recordings.stop(recording.id);
		const ended = await tested.agent.recordings.ended(recording.id);
		await target.stop();
		assert.equal(ended.state, "failed");
		assert.equal(ended.cause?.code, "no-samples");
	});

	it("ends by itself when the duration is over", async () => {
		const target = await startBusy();
		const { recording } = await tested.record(target.pid, { durationSeconds: 1 });
		const ended = await tested.agent.recordings.ended(recording.id);
		await target.stop();
		assert.equal(ended.cause?.code, "duration-reached");
		assert.equal(ended.requestedSeconds, 1);
		assert.ok(ended.durationSeconds >= 1);
		assert.ok(ended.samples > 0);
	});

	it("can be stopped before perf has begun", async () => {
		const target = await startBusy();
		const { recording } = await tested.record(target.pid);
		tested.agent.recordings.stop(recording.id);
		const ended = await tested.agent.recordings.ended(recording.id);
		await target.stop();
		assert.ok(["stopped", "no-samples"].includes(ended.cause?.code ?? ""), JSON.stringify(ended.cause));
	});
});
