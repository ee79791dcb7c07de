import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { Ajv } from "ajv";
import type { Browser, Page } from "playwright";
import type { CallTreeDocument } from "../../contract/call-tree.ts";

const run = promisify(execFile);

/** What every download of one recording must show, whatever its format. */
export interface Expected {
	samples: number;
	/** a function that was recorded */
	functionName: string;
}

/** Every line parses, the counts add up. */
export function checkFolded(path: string, { samples, functionName }: Expected): void {
	const lines = readFileSync(path, "utf8").trimEnd().split("\n");
	const counts = lines.map((line) => {
		const match = /^(.+) (\d+)$/.exec(line);
		assert.ok(match, line);
		return Number(match[2]);
	});
	assert.equal(sum(counts), samples);
	assert.ok(lines.some((line) => line.includes(functionName)));
}

/** go tool pprof reads it and finds the same. */
export async function checkPprof(path: string, { samples, functionName }: Expected): Promise<void> {
	const { stdout } = await run("go", ["tool", "pprof", "-top", "-sample_index=samples", path]);
	assert.match(stdout, new RegExp(`of ${samples} total`));
	assert.match(stdout, new RegExp(functionName));
}

/** Valid by speedscope's own schema. */
export function checkSpeedscope(path: string, { samples, functionName }: Expected): void {
	const file = JSON.parse(readFileSync(path, "utf8")) as SpeedscopeFile;
	const dist = join(
		dirname(createRequire(import.meta.url).resolve("speedscope/package.json")),
		"dist/release",
	);
	const schema = JSON.parse(readFileSync(join(dist, "file-format-schema.json"), "utf8"));
	const validate = new Ajv({ strict: false }).compile(schema);
	assert.ok(validate(file), JSON.stringify(validate.errors?.slice(0, 3)));
	assert.equal(sum(file.profiles[0]?.weights ?? []), samples);
	assert.ok(file.shared.frames.some(({ name }) => name.includes(functionName)));
}

/** Firefox Profiler's processed format: the samples of all threads add up. */
export function checkGecko(path: string, { samples, functionName }: Expected): void {
	const { threads, shared } = JSON.parse(readFileSync(path, "utf8")) as GeckoFile;
	const weights = threads.flatMap(({ samples: { weight, length } }) => weight ?? Array(length).fill(1));
	assert.equal(sum(weights), samples);
	assert.ok(shared.stringArray.some((text) => text.includes(functionName)));
}

/** What V8 calls a CPU profile: nodes refer to nodes that exist, and their counts add up. */
export function checkCpuProfile(path: string, { samples, functionName }: Expected): void {
	const { nodes } = JSON.parse(readFileSync(path, "utf8")) as CpuProfileFile;
	const ids = new Set(nodes.map(({ id }) => id));
	assert.ok(nodes.every(({ children = [] }) => children.every((id) => ids.has(id))));
	assert.equal(sum(nodes.map(({ hitCount }) => hitCount)), samples);
	assert.ok(nodes.some(({ callFrame }) => callFrame.functionName.includes(functionName)));
}

export function checkJson(path: string, { samples, functionName }: Expected): void {
	const tree = JSON.parse(readFileSync(path, "utf8")) as CallTreeDocument;
	assert.equal(sum(tree.nodes.self), samples);
	assert.ok(tree.frames.name.some((name) => name.includes(functionName)));
}

export function checkTxt(path: string, { samples, functionName }: Expected): void {
	const text = readFileSync(path, "utf8");
	assert.match(text, new RegExp(String(samples)));
	assert.match(text, new RegExp(functionName));
}

/** perf script reads as many samples. */
export async function checkPerfData(path: string, { samples }: Expected): Promise<void> {
	const { stdout } = await run("sh", ["-c", 'perf script -i - -G -F comm,time < "$0"', path], {
		maxBuffer: 1 << 26,
	});
	const lines = stdout.trimEnd().split("\n");
	assert.equal(lines.filter((line) => line.trim() !== "").length, samples);
}

/** A picture that shows the function and the total, also without script. */
export async function checkSvg(
	path: string,
	{ samples, functionName }: Expected,
	browser: Browser,
): Promise<void> {
	await eachWayToOpen(browser, path, async (page) => {
		const titles = await page.locator("title").allTextContents();
		assert.ok(titles.some((title) => title.includes(functionName)));
		assert.ok(titles.some((title) => title.replaceAll(",", "").includes(String(samples))));
	});
}

/** Works offline under its own strict policy, with and without script. */
export async function checkHtml(
	path: string,
	{ samples, functionName }: Expected,
	browser: Browser,
): Promise<void> {
	const source = readFileSync(path, "utf8");
	assert.match(source, /http-equiv="Content-Security-Policy"/i);
	assert.doesNotMatch(source, /unsafe-inline|unsafe-eval/);
	await eachWayToOpen(browser, path, async (page, javaScriptEnabled) => {
		await page.getByText(functionName).first().waitFor();
		if (javaScriptEnabled) await page.locator("canvas").first().waitFor();
		const text = (await page.locator("body").innerText()).replaceAll(",", "");
		assert.ok(text.includes(String(samples)), "the total is shown");
	});
}

/** Opens a file offline, with script and without; nothing may be complained about. */
async function eachWayToOpen(
	browser: Browser,
	path: string,
	check: (page: Page, javaScriptEnabled: boolean) => Promise<void>,
): Promise<void> {
	for (const javaScriptEnabled of [true, false]) {
		const context = await browser.newContext({ javaScriptEnabled, offline: true });
		const page = await context.newPage();
		const errors = watchErrors(page);
		await page.goto(pathToFileURL(path).href);
		await check(page, javaScriptEnabled);
		assert.deepEqual(errors, []);
		await context.close();
	}
}

interface SpeedscopeFile {
	profiles: { weights: number[] }[];
	shared: { frames: { name: string }[] };
}

interface GeckoFile {
	threads: { samples: { weight?: number[]; length: number } }[];
	shared: { stringArray: string[] };
}

interface CpuProfileFile {
	nodes: { id: number; callFrame: { functionName: string }; hitCount: number; children?: number[] }[];
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
