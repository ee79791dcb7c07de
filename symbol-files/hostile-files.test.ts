import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
	copyFileSync,
	ftruncateSync,
	mkdirSync,
	openSync,
	readFileSync,
	symlinkSync,
	truncateSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { readElf } from "../profile/symbols/elf.ts";
import { openedFile } from "./opened-file.ts";
import { openInRoot } from "./rooted-file.ts";
import { createTargetSymbols } from "./target-symbols.ts";
import { compileBurner, mappedHere, temporaryFolder, withoutTools } from "./testing/programs.ts";

const folder = temporaryFolder();
const path = (name: string) => join(folder, name);

/** @returns whether any name was found, and why not */
function read(place: string): { hasNames: boolean; reasons: string[] } {
	const reasons: string[] = [];
	const symbols = createTargetSymbols({
		jitName: () => undefined,
		onUnreadable: (_, reason) => reasons.push(reason),
	});
	const file = mappedHere(place);
	symbols.mapped?.(file, process.pid);
	const found = symbols.open(file);
	let hasNames = false;
	for (let at = 0; at < 0x4000; at += 16) hasNames ||= found?.nameOf(at) !== undefined;
	symbols.close();
	return { hasNames, reasons };
}

/** Writes to a header's or section's field: `section` counts from the end of the file's table. */
function withField(name: string, change: (view: DataView, sections: number, count: number) => void): string {
	const bytes = Uint8Array.from(readFileSync(path("burner")));
	const view = new DataView(bytes.buffer);
	change(view, Number(view.getBigUint64(40, true)), view.getUint16(60, true));
	writeFileSync(path(name), bytes);
	return path(name);
}

describe("what lies in the place of a library", { skip: withoutTools("gcc") }, () => {
	before(() => compileBurner(folder, "burner"));

	it("is read when it is one", () => {
		assert.deepEqual(read(path("burner")), { hasNames: true, reasons: [] });
	});

	it("is not touched when it is no file", () => {
		execFileSync("mkfifo", [path("fifo")]);
		mkdirSync(path("folder"));
		symlinkSync("/dev/zero", path("zero"));
		symlinkSync("nowhere", path("nowhere"));
		for (const place of [
			path("fifo"),
			path("folder"),
			path("zero"),
			path("nowhere"),
			"/dev/zero",
			"/dev/tty",
		]) {
			assert.deepEqual(
				read(place),
				{ hasNames: false, reasons: ["it is gone, out of reach or no file"] },
				place,
			);
		}
		symlinkSync("/etc/passwd", path("out"));
		assert.equal(openInRoot(folder, "/out"), undefined);
	});

	it("has no names when it is no ELF file", () => {
		writeFileSync(path("empty"), "");
		writeFileSync(path("text"), "#!/bin/sh\n");
		writeFileSync(path("sparse"), "");
		truncateSync(path("sparse"), 2 ** 40);
		for (const name of ["empty", "text", "sparse"]) {
			assert.deepEqual(read(path(name)), { hasNames: false, reasons: ["it is no ELF file"] });
		}
	});

	it("has those that are left when it is cut off", () => {
		const { length } = readFileSync(path("burner"));
		for (let size = 0; size <= length; size += 61) {
			copyFileSync(path("burner"), path("cut"));
			truncateSync(path("cut"), size);
			const { hasNames, reasons } = read(path("cut"));
			assert.ok(!hasNames || reasons.length === 0);
		}
	});

	it("is refused when it claims what no file has", () => {
		const sizes = [2 ** 31, 2 ** 40, Number.MAX_SAFE_INTEGER];
		for (const [index, size] of sizes.entries()) {
			const name = withField(`sizes-${index}`, (view, sections, count) => {
				for (let at = 1; at < count; at++) view.setBigUint64(sections + 64 * at + 32, BigInt(size), true);
			});
			// so that the sizes are those of a file
			truncateSync(name, 2 ** 43);
			const { hasNames, reasons } = read(name);
			assert.deepEqual([hasNames, reasons.length], [false, 1]);
		}
		const many = withField("many", (view, sections) => {
			view.setUint16(60, 0, true);
			view.setBigUint64(sections + 32, 2n ** 40n, true);
		});
		assert.match(read(many).reasons.join(), /claims to have \d+ sections/);
		const all = withField("overlapping", (view, sections, count) => {
			for (let at = 1; at < count; at++) {
				view.setUint32(sections + 64 * at + 4, 2, true);
				view.setBigUint64(sections + 64 * at + 24, 0n, true);
				view.setBigUint64(sections + 64 * at + 32, 2n ** 27n, true);
			}
		});
		truncateSync(all, 2 ** 40);
		assert.match(read(all).reasons.join(), /absurdly large/);
	});

	it("is read no more when the others' names take all the memory there is", () => {
		const reasons: string[] = [];
		const symbols = createTargetSymbols({
			jitName: () => undefined,
			mostBytes: 1000,
			onUnreadable: (_, reason) => reasons.push(reason),
		});
		copyFileSync(path("burner"), path("other"));
		assert.notEqual(symbols.open(mappedHere(path("burner"))), undefined);
		assert.equal(symbols.open(mappedHere(path("other"))), undefined);
		// the same file once more takes nothing
		assert.notEqual(symbols.open(mappedHere(path("burner"))), undefined);
		symbols.close();
		assert.match(reasons.join(), /^the names of other files take all the memory/);
	});

	it("keeps no names of any length", () => {
		const name = "n".repeat(60_000);
		writeFileSync(path("long.c"), `int ${name}(void){return 1;} int main(void){return ${name}();}`);
		execFileSync("gcc", ["-O0", "-o", path("long"), path("long.c")]);
		const found = createTargetSymbols({ jitName: () => undefined }).open(mappedHere(path("long")));
		const names = Array.from({ length: 0x400 }, (_, at) => found?.nameOf(0x1000 + at) ?? "");
		const long = names.filter((each) => each.startsWith("nnn"));
		assert.ok(long.length > 0 && long.every(({ length }) => length <= 1024));
	});

	it("may shrink while it is read", () => {
		copyFileSync(path("burner"), path("shrinking"));
		const descriptor = openSync(path("shrinking"), "r+");
		const file = openedFile(descriptor);
		ftruncateSync(descriptor, 100);
		assert.equal(file.read(0, file.size).length, 100);
		assert.equal(readElf(file).sections.length, 0);
		file.close();
		assert.equal(file.read(0, 50).length, 0);
	});
});
