import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { agentRoutes } from "../../contract/agent-routes.ts";
import { serverRoutes } from "../../contract/server-routes.ts";
import { eventually, type Furnace, freePort, startFurnace } from "./furnace.ts";
import { agentOf, demoPod } from "./pods.ts";
import { isRunning, processesOf } from "./processes.ts";

describe("npm start", () => {
	test("prints one line with the address, lists the demo, and Ctrl-C leaves nothing behind", async (t) => {
		const furnace = await startFurnace();
		t.after(furnace.stop);
		const pod = await demoPod(furnace);
		await startRecording(furnace, pod);
		const demoPid = Number(pod.slice(pod.lastIndexOf("-") + 1));
		assert.equal(furnace.output().match(/Furnace is ready/g)?.length, 1);

		await furnace.stop();

		assert.deepEqual(processesOf(furnace.stateDir), []);
		assert.equal(existsSync(`/tmp/perf-${demoPid}.map`), false, "the demo's JIT map is gone");
	});

	for (const victim of ["npm", "embedded/main.ts"] as const) {
		test(`leaves nothing running after kill -9 of ${victim} and a new start`, async (t) => {
			const stateDir = mkdtempSync(join(tmpdir(), "furnace-e2e-"));
			const port = await freePort();
			const first = await startFurnace({ stateDir, port });
			t.after(first.stop);
			const pod = await demoPod(first);
			await startRecording(first, pod);
			const before = processesOf(stateDir);
			assert.ok(
				before.some(({ command }) => command.includes("perf record")),
				"it records",
			);

			process.kill(pidOf(first, victim), "SIGKILL");
			await eventually("the port is free again", () => notListening(first));
			const second = await startFurnace({ stateDir, port });
			t.after(second.stop);

			const left = before.filter(isRunning);
			assert.deepEqual(left, []);
			await demoPod(second);
			await second.stop();
			assert.deepEqual(processesOf(stateDir), []);
			assert.deepEqual(leftSockets(stateDir), []);
			rmSync(stateDir, { recursive: true });
		});
	}

	test("an orderly end keeps the samples of what was recorded", async (t) => {
		const stateDir = mkdtempSync(join(tmpdir(), "furnace-e2e-"));
		const first = await startFurnace({ stateDir });
		t.after(first.stop);
		const pod = await demoPod(first);
		const id = await startRecording(first, pod);
		await first.stop();

		const second = await startFurnace({ stateDir });
		t.after(second.stop);
		const recording = await eventually("the recording is in the archive", () =>
			second.client.call(serverRoutes.getRecording, { params: { id } }),
		);
		assert.equal(recording.state, "finished");
		assert.equal(recording.cause?.code, "agent-stopped");
		assert.ok(recording.samples > 0);
		await second.stop();
		rmSync(stateDir, { recursive: true });
	});

	test("a second start with the same state folder says where the first one is", async (t) => {
		const furnace = await startFurnace();
		t.after(furnace.stop);
		await assert.rejects(
			startFurnace({ stateDir: furnace.stateDir }),
			(error: Error) => error.message.includes("running already") && error.message.includes(furnace.url),
		);
		await furnace.stop();
	});

	test("a port in use is said plainly", async (t) => {
		const furnace = await startFurnace();
		t.after(furnace.stop);
		await assert.rejects(
			startFurnace({ port: Number(new URL(furnace.url).port) }),
			/port \d+ is in use.*--port/s,
		);
		await furnace.stop();
	});

	test("a wrong option is refused with the usage", async () => {
		await assert.rejects(startFurnace({ args: ["--frequency", "7"] }), /--frequency.*Usage: npm start/s);
	});
});

async function startRecording(furnace: Furnace, pod: string): Promise<string> {
	const agent = agentOf(furnace, pod);
	const { id } = await agent.call(agentRoutes.startRecording, { body: { profiler: "perf" } });
	await eventually("samples", async () => {
		const recording = await agent.call(agentRoutes.getRecording, { params: { id } });
		return recording.samples > 0 || undefined;
	});
	return id;
}

function pidOf(furnace: Furnace, program: string): number {
	if (program === "npm") return furnace.process.pid as number;
	const found = processesOf(furnace.stateDir).find(({ command }) => command.includes(program));
	assert.ok(found, `${program} runs`);
	return found.pid;
}

async function notListening(furnace: Furnace): Promise<true | undefined> {
	return fetch(furnace.url).then(
		() => undefined,
		() => true,
	);
}

function leftSockets(stateDir: string): string[] {
	return readdirSync(stateDir, { recursive: true, encoding: "utf8" }).filter((name) =>
		name.endsWith(".sock"),
	);
}
