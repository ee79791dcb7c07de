import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { Ajv } from "ajv";
import type { Browser, Page } from "playwright";
import { agentRoutes } from "../../contract/agent-routes.ts";
import type { CallTreeDocument } from "../../contract/call-tree.ts";
import { FORMATS, type Format } from "../../contract/formats.ts";
import type { Recording } from "../../contract/recording.ts";
import { serverRoutes } from "../../contract/server-routes.ts";
import { launchBrowser, noBrowser } from "./browser.ts";
import { eventually, type Furnace, startFurnace } from "./furnace.ts";
import { agentOf, demoPod } from "./pods.ts";

const run = promisify(execFile);
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

	test("folded: every line parses, the counts add up to the recording's samples", async () => {
		const { bytes } = await download("folded");
		const lines = bytes.toString().trimEnd().split("\n");
		const counts = lines.map((line) => {
			const match = /^(.+) (\d+)$/.exec(line);
			assert.ok(match, line);
			return Number(match[2]);
		});
		assert.equal(sum(counts), recording.samples);
		assert.ok(lines.some((line) => line.includes(SLOW_FUNCTION)));
	});

	test("pprof: go tool pprof reads it and finds the same total and function", async (t) => {
		const { path } = await download("pprof");
		const go = await run("go", ["version"]).catch(() => undefined);
		if (go === undefined) return t.skip("Go is not installed");
		const { stdout } = await run("go", ["tool", "pprof", "-top", "-sample_index=samples", path]);
		assert.match(stdout, new RegExp(`of ${recording.samples} total`));
		assert.match(stdout, new RegExp(SLOW_FUNCTION));
	});

	test("speedscope: valid by speedscope's own schema, the weights add up", async () => {
		const { bytes } = await download("speedscope");
		const file = JSON.parse(bytes.toString()) as SpeedscopeFile;
		const dist = join(
			dirname(createRequire(import.meta.url).resolve("speedscope/package.json")),
			"dist/release",
		);
		const schema = JSON.parse(readFileSync(join(dist, "file-format-schema.json"), "utf8"));
		const validate = new Ajv({ strict: false }).compile(schema);
		assert.ok(validate(file), JSON.stringify(validate.errors?.slice(0, 3)));
		assert.equal(sum(file.profiles[0].weights), recording.samples);
		assert.ok(file.shared.frames.some((frame: { name: string }) => frame.name.includes(SLOW_FUNCTION)));
	});

	test("json: the call tree's self weights add up", async () => {
		const { bytes } = await download("json");
		const tree = JSON.parse(bytes.toString()) as CallTreeDocument;
		assert.equal(sum(tree.nodes.self), recording.samples);
		assert.ok(tree.frames.name.some((name) => name.includes(SLOW_FUNCTION)));
	});

	test("txt: names the total and the function", async () => {
		const { bytes } = await download("txt");
		assert.match(bytes.toString(), new RegExp(String(recording.samples)));
		assert.match(bytes.toString(), new RegExp(SLOW_FUNCTION));
	});

	test("perf.data: perf script reads as many samples", async () => {
		const { path } = await download("perf.data");
		const { stdout } = await run("sh", ["-c", 'perf script -i - -G -F comm,time < "$0"', path], {
			maxBuffer: 1 << 26,
		});
		assert.equal(
			stdout
				.trimEnd()
				.split("\n")
				.filter((line) => line.trim() !== "").length,
			recording.samples,
		);
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
			for (const javaScriptEnabled of [true, false]) {
				const context = await browser.newContext({ javaScriptEnabled, offline: true });
				const page = await context.newPage();
				const errors = watchErrors(page);
				await page.goto(pathToFileURL(path).href);
				const titles = await page.locator("title").allTextContents();
				assert.ok(titles.some((title) => title.includes(SLOW_FUNCTION)));
				assert.ok(titles.some((title) => title.replaceAll(",", "").includes(String(recording.samples))));
				assert.deepEqual(errors, []);
				await context.close();
			}
		});

		test("html: works offline under its own strict policy, with and without script", async () => {
			const { path, bytes, response } = await download("html");
			assert.match(bytes.toString(), /http-equiv="Content-Security-Policy"/i);
			assert.doesNotMatch(bytes.toString(), /unsafe-inline|unsafe-eval/);
			assert.match(response.headers.get("content-disposition") ?? "", /attachment/);
			for (const javaScriptEnabled of [true, false]) {
				const context = await browser.newContext({ javaScriptEnabled, offline: true });
				const page = await context.newPage();
				const errors = watchErrors(page);
				await page.goto(pathToFileURL(path).href);
				await page.getByText(SLOW_FUNCTION).first().waitFor();
				if (javaScriptEnabled) await page.locator("canvas").first().waitFor();
				const text = (await page.locator("body").innerText()).replaceAll(",", "");
				assert.ok(text.includes(String(recording.samples)), "the total is shown");
				assert.deepEqual(errors, []);
				await context.close();
			}
		});
	});
});

interface SpeedscopeFile {
	profiles: { weights: number[] }[];
	shared: { frames: { name: string }[] };
}

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

function watchErrors(page: Page): string[] {
	const errors: string[] = [];
	page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
	page.on("pageerror", (error) => errors.push(error.message));
	return errors;
}

function sum(values: number[]): number {
	return values.reduce((total, value) => total + value, 0);
}
