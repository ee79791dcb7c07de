import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright";
import { agentRoutes } from "../../contract/agent-routes.ts";
import type { Client } from "../../contract/client.ts";
import { FORMATS, type Format } from "../../contract/formats.ts";
import type { Recording, RecordingRequest } from "../../contract/recording.ts";
import { serverRoutes } from "../../contract/server-routes.ts";
import { startHostileNode } from "../targets/hostile.ts";
import { startBusy, startHiddenBusy, startHiddenNode, type TestTarget } from "../targets/targets.ts";
import { launchBrowser, noBrowser, openPage } from "./browser.ts";
import { eventually, type Furnace, startFurnace } from "./furnace.ts";
import { agentOf, demoPod, podOfProcess } from "./pods.ts";
import { processesOf } from "./processes.ts";

const needsRoot = process.getuid?.() === 0 ? false : "needs root, for namespaces of its own";
/** More than the agent of this test ever needs; a leak of samples or of raw data would pass it soon. */
const AGENT_MEMORY_KB = 700 * 1024;

describe("all kinds of targets, through server and proxy", () => {
	let furnace: Furnace;
	before(async () => {
		furnace = await startFurnace();
	});
	after(() => furnace.stop());

	test("a program at a path that exists only in its own mount and PID namespace", {
		skip: needsRoot,
	}, async (t) => {
		const target = await startHiddenBusy();
		t.after(target.stop);
		const recording = await record(furnace, target, { durationSeconds: 3 });
		const lines = await folded(furnace, recording.id);
		assert.ok(share(lines, /busy_outer;busy_inner/) > 0.5, lines.slice(0, 5).join("\n"));
	});

	test("a Node.js program there: its map is found by its own PID and /tmp", {
		skip: needsRoot,
	}, async (t) => {
		const target = await startHiddenNode();
		t.after(target.stop);
		const recording = await record(furnace, target, { durationSeconds: 4 });
		const lines = await folded(furnace, recording.id);
		assert.ok(share(lines, /furnaceHotLoop/) > 0.5, lines.slice(0, 5).join("\n"));
	});

	test("200 threads, a child every 50 ms, and ten recordings at once, in bounded memory", async (t) => {
		const threads = await startBusy("threads", "200");
		t.after(threads.stop);
		const forks = await startBusy("forks");
		t.after(forks.stop);
		const demo = await demoPod(furnace);
		const started = await Promise.all([
			start(furnace, await podOfProcess(furnace, threads.pid)),
			start(furnace, await podOfProcess(furnace, forks.pid)),
			...Array.from({ length: 8 }, () => start(furnace, demo)),
		]);
		for (const { agent, id } of started) {
			await eventually("20 samples", async () => {
				const { samples } = await agent.call(agentRoutes.getRecording, { params: { id } });
				return samples >= 20 || undefined;
			});
		}
		const memory = agentMemory(furnace);
		t.diagnostic(`the agent took ${memory} kB at most`);
		assert.ok(memory < AGENT_MEMORY_KB, `${memory} kB`);
		for (const { agent, id } of started) await agent.call(agentRoutes.stopRecording, { params: { id } });
		const [ofThreads, ofForks, ...others] = await Promise.all(
			started.map(({ agent, id }) => archived(furnace, id, agent)),
		);
		for (const recording of [ofThreads, ofForks, ...others]) assert.equal(recording?.state, "finished");

		assert.ok(share(await folded(furnace, started[0]?.id ?? ""), /spin;busy_outer;busy_inner/) > 0.3);
		assert.ok(share(await folded(furnace, started[1]?.id ?? ""), /busy_child;busy_inner/) > 0.5);
	});

	describe("names that a target invents are harmless everywhere", { skip: noBrowser }, () => {
		let browser: Browser;
		let target: TestTarget;
		let recording: Recording;
		before(async () => {
			browser = await launchBrowser();
			target = await startHostileNode();
			recording = await record(furnace, target, { durationSeconds: 3 });
		});
		after(async () => {
			await browser?.close();
			await target?.stop();
		});

		test("in text: no control characters, no endless lines", async () => {
			for (const format of ["txt", "folded"] as const) {
				const text = (await download(furnace, recording.id, format)).toString();
				for (const name of ["<script>", "[31mred", "LLLLL", "esrever", "<svg onload"])
					assert.ok(text.includes(name), name);
				// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
				assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
				assert.ok(Math.max(...text.split("\n").map((line) => line.length)) < 256 * 1024);
			}
		});

		test("in the page", async () => {
			const { page, complaints } = await openPage(browser, `${furnace.url}/recordings/${recording.id}`);
			await page.getByRole("row").filter({ hasText: "<script>" }).first().waitFor();
			assert.doesNotMatch(await page.title(), /owned/);
			assert.equal(await page.locator("img[src=x], svg[onload]").count(), 0);
			assert.deepEqual(complaints, []);
			await page.context().close();
		});

		for (const format of ["svg", "html"] as const) {
			test(`in the ${format} download`, async () => {
				const path = join(furnace.stateDir, `hostile.${FORMATS[format].extension}`);
				writeFileSync(path, await download(furnace, recording.id, format));
				const page = await (await browser.newContext({ offline: true })).newPage();
				const dialogs: string[] = [];
				page.on("dialog", (dialog) => {
					dialogs.push(dialog.message());
					void dialog.dismiss();
				});
				await page.goto(pathToFileURL(path).href);
				await page.waitForLoadState("networkidle");
				assert.deepEqual(dialogs, []);
				assert.doesNotMatch(await page.title(), /^owned/);
				assert.equal(await page.locator("img[src=x], svg[onload]").count(), 0);
				await page.context().close();
			});
		}
	});
});

async function start(furnace: Furnace, pod: string, options: Partial<RecordingRequest> = {}) {
	const agent = agentOf(furnace, pod);
	const body = { profiler: "perf", ...options } as const;
	const { id } = await agent.call(agentRoutes.startRecording, { body });
	return { agent, id };
}

async function record(
	furnace: Furnace,
	target: TestTarget,
	options: Partial<RecordingRequest>,
): Promise<Recording> {
	const { agent, id } = await start(furnace, await podOfProcess(furnace, target.pid), options);
	return archived(furnace, id, agent);
}

/** Longer than a recording takes whose perf, then whose perf script, must be ended by force. */
const ARCHIVED_SECONDS = 150;

async function archived(furnace: Furnace, id: string, agent: Client): Promise<Recording> {
	try {
		return await eventually(
			"the recording in the archive",
			() => furnace.client.call(serverRoutes.getRecording, { params: { id } }),
			ARCHIVED_SECONDS,
		);
	} catch (error) {
		throw new Error(await whereItHangs(furnace, id, agent), { cause: error });
	}
}

/** What the agent says of a recording, both logs, and Furnace's processes with perf's among them. */
async function whereItHangs(furnace: Furnace, id: string, agent: Client): Promise<string> {
	const recording = await agent.call(agentRoutes.getRecording, { params: { id } }).catch(String);
	const logs = readdirSync(furnace.stateDir).filter((name) => name.endsWith(".log"));
	return [
		`the agent says: ${JSON.stringify(recording)}`,
		...logs.map((name) => `${name}:\n${readFileSync(join(furnace.stateDir, name), "utf8").slice(-20_000)}`),
		execFileSync("ps", ["-eo", "pid,ppid,stat,wchan:20,etime,time,args"], { encoding: "utf8" }),
	].join("\n");
}

async function download(furnace: Furnace, id: string, format: Format): Promise<Buffer> {
	const response = await furnace.client.open(serverRoutes.getProfile, { params: { id }, query: { format } });
	return Buffer.from(await response.arrayBuffer());
}

async function folded(furnace: Furnace, id: string): Promise<string[]> {
	return (await download(furnace, id, "folded")).toString().trimEnd().split("\n");
}

/** Share of the samples whose stack matches. */
function share(lines: string[], pattern: RegExp): number {
	let matching = 0;
	let all = 0;
	for (const line of lines) {
		const count = Number(line.slice(line.lastIndexOf(" ")));
		all += count;
		if (pattern.test(line)) matching += count;
	}
	return matching / all;
}

/** The most memory the agent's process ever had, in kB. */
function agentMemory(furnace: Furnace): number {
	const agent = processesOf(furnace.stateDir).find(({ command }) => command.includes("embedded/agent.ts"));
	assert.ok(agent, readdirSync(furnace.stateDir).join());
	return Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${agent.pid}/status`, "utf8"))?.[1]);
}
