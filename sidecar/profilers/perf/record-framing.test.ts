import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { RecordFraming } from "./record-framing.ts";

function streamOf(sizes: readonly number[]): Buffer {
	const records = sizes.map((size, index) => {
		const record = Buffer.alloc(8 + size, index);
		record.writeUInt32LE(9, 0);
		record.writeUInt16LE(8 + size, 6);
		return record;
	});
	const header = Buffer.alloc(16);
	header.write("PERFILE2");
	return Buffer.concat([header, ...records]);
}

it("passes on every byte, in whole records, however the stream is cut", () => {
	fc.assert(
		fc.property(
			fc.array(fc.nat({ max: 300 }), { maxLength: 30 }),
			fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 20 }),
			fc.nat(),
			(sizes, cuts, broken) => {
				const stream = streamOf(sizes);
				const length = broken % (stream.length + 1);
				const framing = new RecordFraming();
				const out: Buffer[] = [];
				for (let at = 0, turn = 0; at < length; turn++) {
					const end = Math.min(at + cuts[turn % cuts.length], length);
					out.push(framing.push(stream.subarray(at, end)));
					at = end;
				}
				const passed = Buffer.concat(out);
				const borders = new Set([
					0,
					...sizes.keys().map((index) => streamOf(sizes.slice(0, index)).length),
					stream.length,
				]);
				assert.ok(borders.has(passed.length));
				assert.ok(stream.subarray(0, passed.length).equals(passed));
				if (length === stream.length) assert.equal(passed.length, stream.length);
			},
		),
	);
});

it("lets through what it does not know", () => {
	const framing = new RecordFraming();
	const bytes = Buffer.alloc(64);
	assert.equal(framing.push(bytes).length, 64);
	assert.equal(framing.push(bytes).length, 64);
});
