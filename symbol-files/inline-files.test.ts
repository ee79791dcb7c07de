import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { readElf, SECTION_TYPE } from "../profile/symbols/elf.ts";
import { createTargetSymbols } from "./target-symbols.ts";
import { mappedHere, run, temporaryFolder, withoutTools } from "./testing/programs.ts";

const folder = temporaryFolder();
const path = (name: string) => join(folder, name);
const SOURCE = join(import.meta.dirname, "../profile/symbols/dwarf/fixtures/inlined.c");
const FLAGS = ["-O2", "-nostdlib", "-static", "-Wl,--build-id", SOURCE];

/** What is said of the first addresses of a program's code, and what was complained of. */
async function said(program: string) {
	const complaints: string[] = [];
	const symbols = createTargetSymbols({
		jitName: () => undefined,
		inlines: true,
		onUnreadableInlines: (_, reason) => complaints.push(reason),
	});
	const found = symbols.open(mappedHere(program));
	const inlines = await found?.inlines?.();
	const start = codeOf(readFileSync(program));
	const names = new Set<string>();
	for (let at = start; at < start + 0x40; at++) {
		for (const { name } of inlines?.framesAt(at) ?? []) if (name !== "") names.add(name);
	}
	symbols.close();
	return { names: [...names].sort(), complaints, hasInlines: found?.inlines !== undefined };
}

function codeOf(bytes: Buffer): number {
	return sectionOf(bytes, ".text").offset;
}

function sectionOf(bytes: Buffer, wanted: string) {
	const copy = Uint8Array.from(bytes);
	const elf = readElf({ size: copy.length, read: (at, length) => copy.slice(at, at + length) });
	const section = elf.sections.find(({ name, type }) => name === wanted && type !== SECTION_TYPE.noBits);
	assert.ok(section, wanted);
	return section;
}

describe("debug information of files", { skip: withoutTools("gcc", "objcopy", "strip") }, () => {
	const NAMES = ["_start", "mixed", "outer", "rounds"];
	before(async () => {
		await run("gcc", ["-g", ...FLAGS, "-o", path("whole")]);
	});

	it("is read from the file itself", async () => {
		assert.deepEqual(await said(path("whole")), { names: NAMES, complaints: [], hasInlines: true });
	});

	it("is read from a file of its own that belongs to it, and from no other", async () => {
		copyFileSync(path("whole"), path("split"));
		await run("objcopy", ["--only-keep-debug", path("split"), path("split.debug")]);
		await run("strip", [path("split")]);
		await run("objcopy", [`--add-gnu-debuglink=${path("split.debug")}`, path("split")]);
		mkdirSync(path(".debug"), { recursive: true });
		renameSync(path("split.debug"), path(".debug/split.debug"));
		assert.deepEqual(await said(path("split")), { names: NAMES, complaints: [], hasInlines: true });

		await run("gcc", ["-g", "-DOTHER", ...FLAGS, "-O1", "-o", path("other")]);
		await run("objcopy", ["--only-keep-debug", path("other"), path(".debug/split.debug")]);
		assert.deepEqual(await said(path("split")), { names: [], complaints: [], hasInlines: false });
	});

	it("is missed by nobody where there is none", async () => {
		await run("gcc", [...FLAGS, "-o", path("none")]);
		assert.deepEqual(await said(path("none")), { names: [], complaints: [], hasInlines: false });
	});

	it("that is damaged is complained of once, and nothing is thrown", async () => {
		const bytes = readFileSync(path("whole"));
		const { offset } = sectionOf(bytes, ".debug_info");
		// the version of the first unit
		bytes.writeUInt16LE(77, offset + 4);
		writeFileSync(path("damaged"), bytes);
		const { names, complaints } = await said(path("damaged"));
		assert.deepEqual(names, []);
		assert.deepEqual(complaints, ["the unit at 0 is of version 77"]);
	});
});
