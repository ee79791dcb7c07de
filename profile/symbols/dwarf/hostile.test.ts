import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ElfFile, ElfSection } from "../elf.ts";
import { readInlines } from "./inlines.ts";

const CODE = { address: 0x1000, size: 0x1000 };
/** A compile unit with code, a namespace, a function with a name, a function with ranges. */
const ABBREVIATIONS = [
	...[1, 0x11, 1, 0x11, 0x01, 0x12, 0x07, 0, 0],
	...[2, 0x39, 1, 0, 0],
	...[3, 0x2e, 0, 0x03, 0x08, 0, 0],
	...[4, 0x2e, 0, 0x55, 0x17, 0, 0],
	0,
];
const NAMESPACE = [2];
const NAMED = [3, 0];
const RANGED = [4, 0, 0, 0, 0];

/** A program whose debug information has one unit. @param entries below it */
function programWith(entries: readonly number[][], ranges: Uint8Array<ArrayBuffer>): ElfFile {
	const body = Uint8Array.from(entries.flat());
	const unit = new Uint8Array(11 + 17 + body.length);
	const view = new DataView(unit.buffer);
	view.setUint32(0, unit.length - 4, true);
	view.setUint16(4, 4, true);
	view.setUint8(10, 8);
	view.setUint8(11, 1);
	view.setBigUint64(12, BigInt(CODE.address), true);
	view.setBigUint64(20, BigInt(CODE.size), true);
	unit.set(body, 28);
	const parts = {
		".debug_info": unit,
		".debug_abbrev": Uint8Array.from(ABBREVIATIONS),
		".debug_ranges": ranges,
	};
	const bytes = Buffer.concat(Object.values(parts));
	let offset = 0;
	const sections = Object.entries(parts).map(([name, { length: size }]): ElfSection => {
		offset += size;
		return { name, type: 1, flags: 0, address: 0, offset: offset - size, size, link: 0, entrySize: 0 };
	});
	return {
		source: { size: bytes.length, read: (at, length) => Uint8Array.from(bytes.subarray(at, at + length)) },
		is64: true,
		sections,
		segments: [{ offset: CODE.address, fileSize: CODE.size, address: CODE.address }],
		bytesOf: ({ offset: at, size }) => new DataView(Uint8Array.from(bytes.subarray(at, at + size)).buffer),
	};
}

/** What the process may take; what is hostile would take gigabytes. */
const MOST_KIBIBYTES = 2 ** 20;
const OPTIONS = { demangle: (name: string) => name, mostParsed: 2 ** 20 };

describe("debug information that was made to cost memory", () => {
	it("is given up when each function has thousands of others around it", async () => {
		const entries = [...Array(4000).fill(NAMESPACE), ...Array(50_000).fill(NAMED)];
		const inlines = await readInlines({ loaded: programWith(entries, new Uint8Array(16)) }, OPTIONS);
		assert.throws(() => inlines?.framesAt(CODE.address), /too much debug information/);
		assert.ok(process.resourceUsage().maxRSS < MOST_KIBIBYTES);
	});

	it("is given up when each function has the same long list of ranges", async () => {
		const length = 10_000;
		const ranges = BigUint64Array.from({ length: 2 * length + 2 }, (_, at) =>
			at < 2 * length ? BigInt(at + 1) : 0n,
		);
		const entries = Array(5000).fill(RANGED);
		const program = programWith(entries, new Uint8Array(ranges.buffer));
		const inlines = await readInlines({ loaded: program }, OPTIONS);
		assert.throws(() => inlines?.framesAt(CODE.address), /too (?:much debug information|many ranges)/);
		assert.ok(process.resourceUsage().maxRSS < MOST_KIBIBYTES);
	});
});
