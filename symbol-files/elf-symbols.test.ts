import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { before, describe, it } from "node:test";
import { buildIdOf } from "../profile/symbols/build-id.ts";
import { readElf } from "../profile/symbols/elf.ts";
import { symbolsOfElf } from "./elf-symbols.ts";
import { openedFile } from "./opened-file.ts";
import { compileBurner, functionsOf, run, temporaryFolder, withoutTools } from "./testing/programs.ts";

const folder = temporaryFolder();
const path = (name: string) => join(folder, name);
const opened = (place: string) => openedFile(openSync(place, "r"));
const functions = async (place: string) => functionsOf(place, readElf(opened(place)));

/** @param place the file as its own root has it */
function namesOf(place: string, places: readonly { offset: number }[], roots: readonly string[] = ["/"]) {
	const file = opened(place);
	try {
		const mapped = { path: place, buildId: "" };
		const { symbols } = symbolsOfElf(file, mapped, { roots, demangle: (name) => name });
		return places.map(({ offset }) => symbols?.nameOf(offset));
	} finally {
		file.close();
	}
}

/** As prelink does: the file says that it wants to be loaded elsewhere, and its separate debug information does not know. */
function prelink(place: string, distance: bigint): void {
	const bytes = Uint8Array.from(readFileSync(place));
	const view = new DataView(bytes.buffer);
	const move = (at: number) => view.setBigUint64(at, view.getBigUint64(at, true) + distance, true);
	const segments = Number(view.getBigUint64(32, true));
	for (let index = 0; index < view.getUint16(56, true); index++) move(segments + 56 * index + 16);
	const sections = Number(view.getBigUint64(40, true));
	for (let index = 0; index < view.getUint16(60, true); index++) {
		const section = sections + 64 * index;
		if (view.getBigUint64(section + 16, true) > 0n) move(section + 16);
	}
	writeFileSync(place, bytes);
}

describe("where functions lie", { skip: withoutTools("gcc", "nm") }, () => {
	const source = join(import.meta.dirname, "testing/burner.c");
	for (const [title, flags] of [
		["a program at a fixed address", ["-no-pie"]],
		["a program that may lie anywhere", ["-fPIE", "-pie"]],
		["a static program", ["-static"]],
		["a library", ["-fPIC", "-shared"]],
		["a program whose segments lie far apart", ["-no-pie", "-Wl,-z,separate-code,-z,max-page-size=0x200000"]],
	] as const) {
		it(title, async () => {
			const program = path(title.replaceAll(" ", "-"));
			await run("gcc", [...flags, "-g", "-o", program, source]);
			const own = (await functions(program)).filter(({ name }) => /^(?:inner|outer|main)$/.test(name));
			assert.equal(own.length, 3);
			assert.deepEqual(
				namesOf(program, own),
				own.map(({ name }) => name),
			);
		});
	}
});

describe("debug information in another file", { skip: withoutTools("gcc", "nm", "objcopy", "strip") }, () => {
	let inner: { offset: number }[] = [];
	const stripped = path("burner");
	const debug = path("burner.debug");
	before(async () => {
		await compileBurner(folder, "burner");
		inner = (await functions(stripped)).filter(({ name }) => name === "inner");
		await run("objcopy", ["--only-keep-debug", stripped, debug]);
		await run("objcopy", ["--strip-all", `--add-gnu-debuglink=${debug}`, stripped]);
		renameSync(debug, path("kept"));
	});

	it("is found by its name, beside the file or below .debug", () => {
		assert.deepEqual(namesOf(stripped, inner), [undefined]);
		mkdirSync(path(".debug"));
		for (const place of [debug, join(folder, ".debug", basename(debug))]) {
			copyFileSync(path("kept"), place);
			assert.deepEqual(namesOf(stripped, inner), ["inner"]);
			rmSync(place);
		}
	});

	it("is found by the build-id, in the first root that has it", () => {
		const root = path("root");
		const id = buildIdOf(readElf(opened(stripped))) ?? "";
		const place = join(root, "usr/lib/debug/.build-id", id.slice(0, 2));
		mkdirSync(place, { recursive: true });
		copyFileSync(path("kept"), join(place, `${id.slice(2)}.debug`));
		assert.deepEqual(namesOf(stripped, inner, [path("none"), root]), ["inner"]);
	});

	it("belongs to a library that prelink has moved since", () => {
		copyFileSync(stripped, path("moved"));
		prelink(path("moved"), 0x3000_0000n);
		copyFileSync(path("kept"), debug);
		assert.deepEqual(namesOf(path("moved"), inner), ["inner"]);
		rmSync(debug);
	});

	it("is not taken when it is another file's", async () => {
		await run("gcc", ["-g", "-O1", "-o", path("other"), join(import.meta.dirname, "testing/burner.c")]);
		await run("objcopy", ["--only-keep-debug", path("other"), debug]);
		assert.deepEqual(namesOf(stripped, inner), [undefined]);
	});
});
