import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { callTreeOf } from "../profile/call-tree.ts";
import { readPerfData } from "../profile/read/perf-data/read.ts";
import { readElf } from "../profile/symbols/elf.ts";
import { foldedChunks } from "../profile/write/folded.ts";
import { openedFile } from "./opened-file.ts";
import { createTargetSymbols } from "./target-symbols.ts";
import {
	compileBurner,
	functionsOf,
	mappedHere,
	type NamedFunction,
	run,
	temporaryFolder,
	withoutTools,
} from "./testing/programs.ts";

const folder = temporaryFolder();
const path = (name: string) => join(folder, name);

/** Strips a program as distributions do that leave its functions' names in, compressed: .gnu_debugdata. */
async function stripToMiniDebugInfo(program: string): Promise<void> {
	const [debug, mini] = [`${program}.debug`, `${program}.mini`];
	await run("objcopy", ["--only-keep-debug", program, debug]);
	await run("objcopy", ["--strip-debug", debug, mini]);
	await run("xz", ["--force", mini]);
	await run("strip", [program]);
	await run("objcopy", ["--add-section", `.gnu_debugdata=${mini}.xz`, program]);
}

function replaceMiniDebugInfo(from: string, to: string, compressed: Uint8Array): void {
	copyFileSync(from, to);
	writeFileSync(`${to}.xz`, compressed);
	execFileSync("objcopy", ["--update-section", `.gnu_debugdata=${to}.xz`, to]);
}

describe("names in .gnu_debugdata", { skip: withoutTools("gcc", "objcopy", "strip", "xz") }, () => {
	let inner: NamedFunction | undefined;
	before(async () => {
		const program = await compileBurner(folder, "burner");
		const functions = await functionsOf(program, readElf(openedFile(openSync(program, "r"))));
		inner = functions.find(({ name }) => name === "inner");
		await stripToMiniDebugInfo(program);
	});

	/** @returns the name of `inner` at once and in the end, and what was complained of */
	async function namesOf(program: string) {
		const complaints: string[] = [];
		const symbols = createTargetSymbols({
			jitName: () => undefined,
			onUnreadable: (_, reason) => complaints.push(reason),
		});
		const file = mappedHere(program);
		const found = symbols.open(file);
		const nameOf = () => found?.nameOf(inner?.offset ?? 0);
		const atOnce = nameOf();
		await symbols.settled();
		const improved = [...symbols.improved()];
		assert.deepEqual([...symbols.improved()], []);
		symbols.close();
		return { atOnce, atLast: nameOf(), isImproved: improved.includes(file), complaints };
	}

	it("come a little later", async () => {
		const names = await namesOf(path("burner"));
		assert.deepEqual(names, { atOnce: undefined, atLast: "inner", isImproved: true, complaints: [] });
	});

	it("damaged, cut off or swollen ones are none, and hinder no others", async () => {
		const good = readFileSync(path("burner.mini.xz"));
		const bomb = execFileSync("sh", ["-c", "head -c 100000000 /dev/zero | xz"], { maxBuffer: 2 ** 26 });
		const damaged = Buffer.from(good);
		damaged.fill(0xff, 60, 80);
		for (const [name, bytes] of [
			["empty", Buffer.alloc(0)],
			["cut", good.subarray(0, good.length >> 1)],
			["damaged", damaged],
			["bomb", bomb],
			["text", Buffer.from("no names")],
			["large", Buffer.alloc(9 * 2 ** 20)],
		] as const) {
			replaceMiniDebugInfo(path("burner"), path(name), bytes);
			const { atLast, isImproved, complaints } = await namesOf(path(name));
			assert.deepEqual([atLast, isImproved], [undefined, false], name);
			assert.match(complaints.join(), /compressed symbols/, name);
		}
		assert.equal((await namesOf(path("burner"))).atLast, "inner");
	});

	it("leave no descriptor open", async () => {
		const before = readdirSync("/proc/self/fd").length;
		for (let times = 0; times < 10; times++) await namesOf(path("burner"));
		assert.equal(readdirSync("/proc/self/fd").length, before);
	});

	it("name samples that were read before", { skip: withoutTools("perf") }, async () => {
		const recording = path("perf.data");
		const options = ["--quiet", "--no-buildid-cache", "--freq", "499", "--call-graph", "fp"];
		const target = ["--event", "cpu-clock", "--output", recording, "--", path("burner"), "500"];
		await run("perf", ["record", ...options, ...target]);
		const symbols = createTargetSymbols({ jitName: () => undefined, otherRoots: ["/"] });
		const profile = await readPerfData(oneByOne(readFileSync(recording)), { symbols });
		symbols.close();
		let folded = "";
		for (const chunk of foldedChunks(callTreeOf(profile))) folded += Buffer.from(chunk).toString();
		assert.match(folded, /;main;outer;inner \d+$/m);
		assert.doesNotMatch(folded, /burner\+0x/);
	});
});

/** In pieces so small that some samples are read long before their names are there. */
async function* oneByOne(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
	for (let at = 0; at < bytes.length; at += 4096) yield bytes.subarray(at, at + 4096);
}
