import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { gzipSync } from "node:zlib";
import type { Browser } from "playwright";
import type { FrameKind } from "../../contract/frame-kind.ts";
import { ProfileBuilder } from "../../profile/builder.ts";
import { callTreeOf } from "../../profile/call-tree.ts";
import type { Profile } from "../../profile/model.ts";
import { foldedChunks } from "../../profile/write/folded.ts";
import { type ProfileFormat, writeProfile } from "../../profile/write/formats.ts";
import { launchBrowser, noBrowser } from "../e2e/browser.ts";
import { inFirefoxProfiler, noFirefoxProfiler } from "./firefox-profiler.ts";
import { stacksOf, throughSpeedscope } from "./speedscope.ts";

const noGo = spawnSync("go", ["version"]).status === 0 ? false : "go is not installed";
const CPU_NANOSECONDS = 10_000_000;

/** Two threads whose samples have times, kernel and user frames, names that need quoting, a deep stack. */
function shopProfile(): Profile {
	const valueTypes = [
		{ type: "samples", unit: "count" },
		{ type: "cpu", unit: "nanoseconds" },
	];
	const builder = new ProfileBuilder({ valueTypes, keepTimes: true });
	const frame = (name: string, module: string, kind: FrameKind = "user") =>
		builder.frame({
			name,
			module,
			kind,
			file: name === "main" ? "shop.c" : "",
			line: name === "main" ? 12 : 0,
		});
	const main = builder.stack([frame("main", "/opt/shop")]);
	const read = builder.child(main, frame('read "all" <of> \u00e9\u{1f600}', "/usr/lib/libc.so.6"));
	const copy = builder.child(read, frame("copy_to_user", "[kernel]", "kernel"));
	const deep = Array.from({ length: 200 }, () => frame("walk", "/opt/shop")).reduce(
		(stack, walk) => builder.child(stack, walk),
		main,
	);
	const threads = [
		builder.thread({ pid: 7, tid: 7, name: "shop" }),
		builder.thread({ pid: 7, tid: 8, name: "worker" }),
	];
	for (const [index, stack] of Array(25).fill([main, read, copy, deep]).flat().entries()) {
		builder.add(stack, threads[index % 3 === 0 ? 1 : 0], [1, CPU_NANOSECONDS], index * 1e7);
	}
	return builder.snapshot({ startedAt: "2026-01-02T03:04:05.678Z", durationNanoseconds: 1_000_000_000n });
}

/** Weight by stack, as folded lines have it. */
function foldedOf(profile: Profile, value = 0): Record<string, number> {
	const lines = [...foldedChunks(callTreeOf(profile, { value }))].join("").trimEnd().split("\n");
	return Object.fromEntries(
		lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ")))]),
	);
}

function scaled(weights: Record<string, number>, factor: number): Record<string, number> {
	return Object.fromEntries(Object.entries(weights).map(([key, weight]) => [key, weight * factor]));
}

suite("what others read of what is written", () => {
	const profile = shopProfile();
	const folder = mkdtempSync(join(tmpdir(), "read-"));
	after(() => rmSync(folder, { recursive: true }));
	const fileOf = async (format: ProfileFormat, name: string, value = 0): Promise<string> => {
		const path = join(folder, name);
		const bytes = await writeProfile(profile, format, { title: "shop", value });
		writeFileSync(path, format === "pprof" ? gzipSync(bytes) : bytes);
		return path;
	};

	test("go tool pprof: each stack and its values", { skip: noGo }, async () => {
		const path = await fileOf("pprof", "shop.pb.gz");
		const raw = execFileSync("go", ["tool", "pprof", "-raw", path], { encoding: "utf8" });
		const values = [...raw.matchAll(/^ +(\d+) +(\d+): [\d ]+$/gm)].map(([, count, time]) => [
			Number(count),
			Number(time),
		]);
		assert.equal(
			values.reduce((sum, [count]) => sum + count, 0),
			100,
		);
		for (const [count, time] of values) assert.equal(time, count * CPU_NANOSECONDS);
		const top = execFileSync("go", ["tool", "pprof", "-top", "-sample_index=samples", path], {
			encoding: "utf8",
		});
		assert.match(top, /25 25.00% .* walk$/m);
	});

	suite("speedscope's importer", { skip: noBrowser }, () => {
		let browser: Browser;
		before(async () => {
			browser = await launchBrowser();
		});
		after(() => browser?.close());

		test("its own format: every stack with its weight", async () => {
			const file = await throughSpeedscope(browser, await fileOf("speedscope", "shop.speedscope.json"));
			assert.deepEqual(stacksOf(file, file.profiles[0]), foldedOf(profile));
		});

		test("cpuprofile: every stack with its time", async () => {
			const file = await throughSpeedscope(browser, await fileOf("cpuprofile", "shop.cpuprofile"));
			assert.equal(file.profiles[0].unit, "microseconds");
			const seen = stacksOf(file, file.profiles[0]);
			const written = scaled(foldedOf(profile), CPU_NANOSECONDS / 1000);
			assert.deepEqual(Object.keys(seen).sort(), Object.keys(written).sort());
			// the last sample has no next one that would tell how long it took
			const missing = Object.keys(written).map((stack) => written[stack] - seen[stack]);
			assert.deepEqual(
				missing.filter((time) => time !== 0),
				[CPU_NANOSECONDS / 1000],
			);
		});

		test("cpuprofile of times, each stack once", async () => {
			const path = await fileOf("cpuprofile", "times.cpuprofile", 1);
			const file = await throughSpeedscope(browser, path);
			assert.deepEqual(stacksOf(file, file.profiles[0]), scaled(foldedOf(profile, 1), 1 / 1000));
		});

		test("pprof and folded", async () => {
			for (const [format, name] of [
				["pprof", "shop.pb.gz"],
				["folded", "shop.folded.txt"],
			] as const) {
				const file = await throughSpeedscope(browser, await fileOf(format, name));
				const found = file.profiles.map((one) => stacksOf(file, one));
				const total = Object.values(found[0]).reduce((sum, weight) => sum + weight, 0);
				assert.ok([100, 100 * CPU_NANOSECONDS].includes(total), `${format}: ${total}`);
				assert.equal(Object.keys(found[0]).length, 4);
			}
		});
	});

	suite("the Firefox Profiler's loader", { skip: noFirefoxProfiler }, () => {
		test("gecko: threads, functions and their samples", async () => {
			await inFirefoxProfiler(await fileOf("gecko", "shop.gecko.json"), async ({ threads, functions }) => {
				assert.deepEqual(
					threads.map(({ name, pid }) => ({ name, pid })),
					[
						{ name: "shop", pid: "7" },
						{ name: "worker", pid: "7" },
					],
				);
				const lists = await Promise.all(threads.map(({ handle }) => functions(handle)));
				const self = (name: string): number =>
					lists.flat().reduce((sum, one) => sum + (one.name.endsWith(name) ? one.self : 0), 0);
				assert.deepEqual(["!main", "!walk", "!copy_to_user"].map(self), [25, 25, 25]);
				assert.ok(lists.flat().some(({ name }) => name === 'libc.so.6!read "all" <of> \u00e9\u{1f600}'));
				assert.deepEqual(
					lists.map((list) => list.reduce((sum, one) => sum + one.self, 0)),
					[66, 34],
				);
			});
		});

		test("gecko of times: milliseconds", async () => {
			const path = await fileOf("gecko", "times.gecko.json", 1);
			await inFirefoxProfiler(path, async ({ functions }) => {
				const sum = (await functions("t-0")).reduce((all, { self }) => all + self, 0);
				assert.equal(Math.round(sum), 66 * 10);
			});
		});

		test("a file that is none is refused", async () => {
			const path = join(folder, "none.json");
			writeFileSync(path, '{"meta":{"preprocessedProfileVersion":60},"threads":3}');
			await assert.rejects(inFirefoxProfiler(path, async () => undefined));
		});
	});
});
