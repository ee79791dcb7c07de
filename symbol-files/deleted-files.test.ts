import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, openSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { before, describe, it, type TestContext } from "node:test";
import type { MappedFile } from "../profile/read/perf-data/mappings.ts";
import { readElf } from "../profile/symbols/elf.ts";
import { openedFile } from "./opened-file.ts";
import { createTargetSymbols } from "./target-symbols.ts";
import {
	compileBurner,
	functionsOf,
	type NamedFunction,
	temporaryFolder,
	withoutTools,
} from "./testing/programs.ts";

const folder = temporaryFolder();
let inner: NamedFunction | undefined;

/** Runs a copy of the program, which belongs to this test alone. */
async function start(t: TestContext, name: string): Promise<{ child: ChildProcess; program: string }> {
	const program = join(folder, name);
	copyFileSync(join(folder, "burner"), program);
	const child = spawn(program, { stdio: ["ignore", "pipe", "ignore"] });
	t.after(async () => {
		child.kill("SIGKILL");
		if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
	});
	await once(child.stdout as Readable, "data");
	return { child, program };
}

/** The code of the program as the kernel has it mapped, told as perf would at its start: with the path of then. */
function mappedCode(pid: number, path: string): MappedFile {
	const maps = readFileSync(`/proc/${pid}/maps`, "utf8");
	const lines = Array.from(maps.matchAll(/^(\w+)-(\w+) r-xp \w+ (\w+):(\w+) (\d+) +(.*)$/gm));
	const [, start, end, major, minor, inode] = lines.find((line) => line[6].startsWith(path)) ?? [];
	const device = `${Number.parseInt(major, 16)}:${Number.parseInt(minor, 16)}`;
	return {
		...{ path, buildId: "", pid, inode: `${device}:${inode}:0` },
		...{ start: Number.parseInt(start, 16), end: Number.parseInt(end, 16) },
	};
}

function nameIn(file: MappedFile): { name: string | undefined; complaints: string[] } {
	const complaints: string[] = [];
	const symbols = createTargetSymbols({
		jitName: () => undefined,
		onUnreadable: (_, reason) => complaints.push(reason),
	});
	const name = symbols.open(file)?.nameOf(inner?.offset ?? 0);
	symbols.close();
	return { name, complaints };
}

const skip = withoutTools("gcc", "nm") || (process.getuid?.() !== 0 && "needs root");

describe("a program that runs is named by what it runs", { skip }, () => {
	before(async () => {
		const program = await compileBurner(folder, "burner");
		const elf = readElf(openedFile(openSync(program, "r")));
		inner = (await functionsOf(program, elf)).find(({ name }) => name === "inner");
	});

	it("when its file is deleted", async (t) => {
		const { child, program } = await start(t, "deleted");
		rmSync(program);
		const file = mappedCode(child.pid ?? 0, program);
		// as it was called at first, and as the kernel calls it now
		for (const path of [program, `${program} (deleted)`]) {
			assert.deepEqual(nameIn({ ...file, path }), { name: "inner", complaints: [] }, path);
		}
	});

	it("when another file takes its place", async (t) => {
		const { child, program } = await start(t, "replaced");
		copyFileSync("/bin/true", `${program}.new`);
		const file = mappedCode(child.pid ?? 0, program);
		renameSync(`${program}.new`, program);
		assert.deepEqual(nameIn(file), { name: "inner", complaints: [] });
	});

	it("when it is moved away", async (t) => {
		const { child, program } = await start(t, "moved");
		renameSync(program, `${program}-elsewhere`);
		assert.deepEqual(nameIn(mappedCode(child.pid ?? 0, program)).name, "inner");
	});

	it("and not by another file in its place once it is gone", async (t) => {
		const { child, program } = await start(t, "gone");
		const file = mappedCode(child.pid ?? 0, program);
		const running = { ...file, buildId: "00".repeat(20) };
		child.kill("SIGKILL");
		await once(child, "exit");
		const symbols = createTargetSymbols({ jitName: () => undefined, otherRoots: ["/"] });
		assert.equal(symbols.open(running), undefined);
		symbols.close();
		assert.deepEqual(nameIn(file), { name: undefined, complaints: ["it is gone, out of reach or no file"] });
	});
});
