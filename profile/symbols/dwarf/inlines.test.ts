import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { ElfError, type ElfFile, readElf, sourceOf } from "../elf.ts";
import { type Inlines, readInlines } from "./inlines.ts";

const FILE = "/src/inlined.c";
/** Offsets in the files: they are loaded from their beginning. */
const LOOP = 0xb8;
const COUNTER = 0xc6;
const CALL = 0xf4;

function bytesOf(name: string): Uint8Array<ArrayBuffer> {
	return Uint8Array.from(readFileSync(join(import.meta.dirname, "fixtures", name)));
}

function elfOf(bytes: Uint8Array<ArrayBuffer>): ElfFile {
	return readElf(sourceOf(bytes));
}

async function read(bytes: Uint8Array<ArrayBuffer>, demangle = (name: string) => name): Promise<Inlines> {
	const inlines = await readInlines({ loaded: elfOf(bytes) }, { demangle });
	assert.ok(inlines);
	return inlines;
}

for (const name of ["dwarf4.elf", "dwarf5.elf", "compressed.elf"]) {
	describe(name, () => {
		it("names what was inlined, with the line of each", async () => {
			const inlines = await read(bytesOf(name));
			assert.deepEqual(inlines.framesAt(LOOP), [
				{ name: "outer", file: FILE, line: 15 },
				{ name: "rounds", file: FILE, line: 9 },
				{ name: "mixed", file: FILE, line: 3 },
			]);
			assert.deepEqual(inlines.framesAt(COUNTER), [
				{ name: "outer", file: FILE, line: 15 },
				{ name: "rounds", file: FILE, line: 8 },
			]);
			assert.deepEqual(inlines.framesAt(CALL), [{ name: "_start", file: FILE, line: 22 }]);
		});

		it("knows nothing of what is no code", async () => {
			const inlines = await read(bytesOf(name));
			for (const offset of [0, 0x40, 0x200, 2 ** 40]) assert.equal(inlines.framesAt(offset), undefined);
		});

		it("gives others a turn between its steps", async () => {
			const steps = (await read(bytesOf(name))).stepsTo(LOOP);
			let last = steps.next();
			while (!last.done) last = steps.next();
			assert.equal(last.value?.length, 3);
		});
	});
}

it("demangles names", async () => {
	const inlines = await read(bytesOf("dwarf5.elf"), (name) => name.toUpperCase());
	assert.deepEqual(
		inlines.framesAt(LOOP)?.map(({ name }) => name),
		["OUTER", "ROUNDS", "MIXED"],
	);
});

it("says nothing of a file without debug information", async () => {
	const bytes = Uint8Array.from(readFileSync(join(import.meta.dirname, "../../read/fixtures/tiny.elf")));
	assert.equal(await readInlines({ loaded: elfOf(bytes) }, { demangle: (name) => name }), undefined);
});

it("does not uncompress more than it may", async () => {
	const bytes = bytesOf("compressed.elf");
	await assert.rejects(
		readInlines({ loaded: elfOf(bytes) }, { demangle: (name) => name, mostUncompressed: 100 }),
		ElfError,
	);
});

it("follows no entry that refers to itself", async () => {
	const bytes = bytesOf("dwarf4.elf");
	const info = elfOf(bytes).sections.find(({ name }) => name === ".debug_info");
	assert.ok(info);
	const view = new DataView(bytes.buffer, info.offset, info.size);
	let loops = 0;
	// whatever may be a reference of four bytes is made to lead to each place shortly before itself
	for (let at = 11; at + 4 <= info.size; at++) {
		if (view.getUint32(at, true) >= info.size) continue;
		for (let target = Math.max(11, at - 4); target < at; target++) {
			const damaged = Uint8Array.from(bytes);
			new DataView(damaged.buffer, info.offset).setUint32(at, target, true);
			try {
				(await read(damaged)).framesAt(LOOP);
			} catch (error) {
				assert.ok(error instanceof ElfError, String(error));
				if (error.message.includes("refers to itself")) loops++;
			}
		}
	}
	assert.ok(loops > 0);
});
