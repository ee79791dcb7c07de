import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import type { Browser } from "playwright";
import { agentRoutes } from "../../contract/agent-routes.ts";
import { FORMATS, type Format } from "../../contract/formats.ts";
import type { Recording } from "../../contract/recording.ts";
import { serverRoutes } from "../../contract/server-routes.ts";
import { launchBrowser, noBrowser } from "./browser.ts";
import * as checks from "./download-checks.ts";
import { eventually, type Furnace, startFurnace } from "./furnace.ts";
import { agentOf, demoPod } from "./pods.ts";

const SLOW_FUNCTION = "findRepeatedItems";

describe("downloads of one finished recording", () => {
	let furnace: Furnace;
	let recording: Recording;
	let folder: string;

	before(async () => {
		furnace = await startFurnace();
		recording = await record(furnace, 3);
		folder = mkdtempSync(join(tmpdir(), "furnace-downloads-"));
	});
	after(async () => {
		await furnace.stop();
		rmSync(folder, { recursive: true });
	});

	async function download(format: Format): Promise<{ response: Response; bytes: Buffer; path: string }> {
		const response = await furnace.client.open(serverRoutes.getProfile, {
			params: { id: recording.id },
			query: { format },
		});
		const bytes = Buffer.from(await response.arrayBuffer());
		const path = join(folder, `profile.${FORMATS[format].extension}`);
		writeFileSync(path, bytes);
		return { response, bytes, path };
	}
	const expected = () => ({ samples: recording.samples, functionName: SLOW_FUNCTION });

	test("folded: every line parses, the counts add up to the recording's samples", async () => {
		checks.checkFolded((await download("folded")).path, expected());
	});

	test("pprof: go tool pprof reads it and finds the same total and function", async (t) => {
		const { path } = await download("pprof");
		const go = await promisify(execFile)("go", ["version"]).catch(() => undefined);
		if (go === undefined) return t.skip("Go is not installed");
		await checks.checkPprof(path, expected());
	});

	test("speedscope: valid by speedscope's own schema, the weights add up", async () => {
		checks.checkSpeedscope((await download("speedscope")).path, expected());
	});

	test("gecko: the samples of all threads add up", async () => {
		checks.checkGecko((await download("gecko")).path, expected());
	});

	test("cpuprofile: the nodes hang together, their counts add up", async () => {
		checks.checkCpuProfile((await download("cpuprofile")).path, expected());
	});

	test("json: the call tree's self weights add up", async () => {
		checks.checkJson((await download("json")).path, expected());
	});

	test("txt: names the total and the function", async () => {
		checks.checkTxt((await download("txt")).path, expected());
	});

	test("perf.data: perf script reads as many samples", async () => {
		await checks.checkPerfData((await download("perf.data")).path, expected());
	});

	test("after the agent's end perf.data is gone and says so; the profile stays", async () => {
		const { id } = recording;
		await agentOf(furnace, recording.target.pod).call(agentRoutes.deleteRecording, { params: { id } });
		const gone = furnace.client.open(serverRoutes.getProfile, {
			params: { id },
			query: { format: "perf.data" },
		});
		await assert.rejects(gone, { name: "ProblemError", code: "raw-data-gone" });
		assert.ok((await download("folded")).bytes.length > 0);
	});

	describe("in Chromium", { skip: noBrowser }, () => {
		let browser: Browser;
		before(async () => {
			browser = await launchBrowser();
		});
		after(() => browser.close());

		test("svg: a picture that shows the function and the total, also without script", async () => {
			const { path, response } = await download("svg");
			assert.match(response.headers.get("content-disposition") ?? "", /attachment/);
			assert.match(response.headers.get("content-security-policy") ?? "", /sandbox/);
			await checks.checkSvg(path, expected(), browser);
		});

		test("html: works offline under its own strict policy, with and without script", async () => {
			const { path, response } = await download("html");
			assert.match(response.headers.get("content-disposition") ?? "", /attachment/);
			await checks.checkHtml(path, expected(), browser);
		});
	});
});

async function record(furnace: Furnace, seconds: number): Promise<Recording> {
	const pod = await demoPod(furnace);
	const agent = agentOf(furnace, pod);
	const body = { profiler: "perf", durationSeconds: seconds } as const;
	const { id } = await agent.call(agentRoutes.startRecording, { body });
	return eventually("the recording in the archive", async () => {
		const recording = await furnace.client.call(serverRoutes.getRecording, { params: { id } });
		return recording.state === "finished" ? recording : undefined;
	});
}
