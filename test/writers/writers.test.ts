import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { FrameKind } from "../../contract/frame-kind.ts";
import { callTreeOf } from "../../profile/call-tree.ts";
import type { Profile } from "../../profile/model.ts";
import { readProfile } from "../../profile/read/read-profile.ts";
import { pieces } from "../../profile/testing/damaged-profiles.ts";
import { readAs } from "../../profile/testing/readable.ts";
import { topFunctions } from "../../profile/top.ts";
import { launchBrowser, noBrowser } from "../e2e/browser.ts";

const folder = mkdtempSync(join(tmpdir(), "writers-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const PATIENCE = 240_000;
const noGo = spawnSync("go", ["version"]).status === 0 ? false : "go is not installed";
const noBpftrace =
	process.getuid?.() !== 0
		? "bpftrace needs root"
		: spawnSync("bpftrace", ["--version"]).status === 0
			? false
			: "bpftrace is not installed";

function run(command: string, args: readonly string[]): string {
	const { status, stdout, stderr } = spawnSync(command, args, {
		cwd: folder,
		encoding: "utf8",
		timeout: PATIENCE,
		maxBuffer: 2 ** 28,
		env: { ...process.env, GOFLAGS: "-mod=mod", GO111MODULE: "off" },
	});
	assert.equal(status, 0, `${command} ${args.join(" ")}\n${stderr}\n${stdout}`);
	return stdout;
}

async function read(file: string): Promise<{ profile: Profile; format: string }> {
	return readProfile(pieces(readFileSync(join(folder, file)), 10_000));
}

function sums({ samples }: Profile): bigint[] {
	return samples.values.map((column) => column.reduce((sum, value) => sum + value, 0n));
}

/** Names of all functions that a sample passed. */
function functionsOf(profile: Profile, kind?: FrameKind): string[] {
	return topFunctions(callTreeOf(profile))
		.filter((entry) => kind === undefined || entry.kind === kind)
		.map(({ name }) => name);
}

const GO = `package main

import (
	"os"
	"runtime"
	"runtime/pprof"
	"strings"
	"time"
)

var kept [][]string

func countWords(text string) int { return len(strings.Fields(text)) }

func keepWords(text string) { kept = append(kept, strings.Fields(text)) }

func main() {
	text := strings.Repeat("a few words ", 5000)
	cpu, _ := os.Create("cpu.pb.gz")
	pprof.StartCPUProfile(cpu)
	for end := time.Now().Add(time.Second); time.Now().Before(end); {
		countWords(text)
	}
	pprof.StopCPUProfile()
	cpu.Close()
	for i := 0; i < 50; i++ {
		keepWords(text)
	}
	runtime.GC() // what was allocated after the last one is not in the profile yet
	heap, _ := os.Create("heap.pb.gz")
	pprof.Lookup("heap").WriteTo(heap, 0)
	heap.Close()
}
`;

test("Go's runtime/pprof: CPU and heap, every value as its own tool adds it up", { skip: noGo }, async () => {
	writeFileSync(join(folder, "main.go"), GO);
	run("go", ["build", "-o", "words", "main.go"]);
	run(join(folder, "words"), []);
	for (const [file, name] of [
		["cpu.pb.gz", "main.countWords"],
		["heap.pb.gz", "main.keepWords"],
	] as const) {
		const { profile, format } = await read(file);
		assert.equal(format, "pprof");
		assert.deepEqual(sums(profile), sumsOfGoTool(run("go", ["tool", "pprof", "-raw", file])), file);
		assert.ok(functionsOf(profile).includes(name), file);
	}
});

/** Adds up the lines of `go tool pprof -raw` that say `value value ...: location location ...`. */
function sumsOfGoTool(raw: string): bigint[] {
	const lines = Array.from(raw.matchAll(/^ *((?:-?\d+ +)*-?\d+): (?:\d+ ?)*$/gm), (match) =>
		match[1].split(/ +/),
	);
	assert.ok(lines.length > 0);
	return lines[0].map((_, column) => lines.reduce((sum, values) => sum + BigInt(values[column]), 0n));
}

const BUSY = `
	let sum = 0;
	function inner(count) { for (let index = 0; index < count; index++) sum += Math.sqrt(index); }
	function busy(milliseconds) {
		for (const end = Date.now() + milliseconds; Date.now() < end; ) inner(20000);
		return sum;
	}`;

test("node --cpu-prof: every sample, with its time", async () => {
	writeFileSync(join(folder, "busy.cjs"), `${BUSY}\nbusy(500);\n`);
	run(process.execPath, ["--cpu-prof", "--cpu-prof-name=node.cpuprofile", "busy.cjs"]);
	const { profile, format } = await read("node.cpuprofile");
	assert.equal(format, "cpuprofile");
	const written = JSON.parse(readFileSync(join(folder, "node.cpuprofile"), "utf8"));
	assert.equal(sums(profile)[0], BigInt(written.samples.length));
	assert.equal(profile.times?.nanoseconds.length, written.samples.length);
	assert.ok(functionsOf(profile, "jit").includes("busy"));
	const frame = profile.frames.find(({ name }) => name === "busy");
	assert.deepEqual([frame?.file, frame?.line], [join(folder, "busy.cjs"), 4]);
});

test("V8's inspector: the same, from a running program", async () => {
	const session = new Session();
	session.connect();
	await session.post("Profiler.enable");
	await session.post("Profiler.setSamplingInterval", { interval: 500 });
	await session.post("Profiler.start");
	new Function(`${BUSY}; return busy(300);`)();
	const { profile: written } = await session.post("Profiler.stop");
	session.disconnect();
	const profile = await readAs("cpuprofile", written);
	assert.equal(sums(profile)[0], BigInt(written.samples?.length ?? 0));
	assert.ok(functionsOf(profile).includes("busy"));
});

interface TraceEvent {
	readonly name: string;
	readonly args: { readonly data?: { readonly cpuProfile?: { readonly samples?: number[] } } };
}

test("a trace of Chromium: every sample of its CPU profiles", { skip: noBrowser }, async () => {
	const browser = await launchBrowser();
	const events: TraceEvent[] = [];
	try {
		const page = await browser.newPage();
		const session = await browser.newBrowserCDPSession();
		session.on("Tracing.dataCollected", ({ value }) => events.push(...(value as unknown as TraceEvent[])));
		const categories = ["disabled-by-default-v8.cpu_profiler", "devtools.timeline"];
		await session.send("Tracing.start", {
			transferMode: "ReportEvents",
			traceConfig: { includedCategories: categories },
		});
		await page.setContent(`<script>${BUSY}</script>`);
		await page.evaluate("busy(300)");
		const complete = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
		await session.send("Tracing.end");
		await complete;
	} finally {
		await browser.close();
	}
	const samples = events.flatMap(({ args }) => args.data?.cpuProfile?.samples ?? []);
	for (const json of [events, { traceEvents: events }]) {
		const profile = await readAs("chrome-trace", json);
		assert.equal(sums(profile)[0], BigInt(samples.length));
		assert.ok(functionsOf(profile).includes("busy"));
		assert.ok(profile.threads.some(({ name }) => name === "CrRendererMain"));
	}
});

test("bpftrace's maps, as text and as JSON", { skip: noBpftrace, timeout: PATIENCE }, async (context) => {
	const dd = spawn("dd", ["if=/dev/zero", "of=/dev/null", "bs=256k"], { stdio: "ignore" });
	context.after(() => dd.kill());
	const program = `profile:hz:99 /pid == ${dd.pid}/ { @[kstack, ustack, comm] = count(); @hits++; }
		interval:ms:200 /@hits > 20/ { exit(); }`;
	for (const format of ["text", "json"]) {
		const output = run("bpftrace", ["-f", format, "-e", program]);
		writeFileSync(join(folder, "maps"), output);
		const { profile, format: sniffed } = await read("maps");
		assert.equal(sniffed, "bpftrace");
		const hits = /@hits(?:: |": )(\d+)/.exec(output)?.[1] ?? "none";
		assert.deepEqual(sums(profile), [BigInt(hits)], format);
		assert.ok(functionsOf(profile, "kernel").length > 0, output);
		assert.ok(functionsOf(profile).includes("dd"));
	}
});
