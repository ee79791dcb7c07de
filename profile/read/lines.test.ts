import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LineSplitter, MAX_LINE_LENGTH } from "./lines.ts";

function split(chunks: Iterable<Uint8Array>): string[] {
	const lines: string[] = [];
	const splitter = new LineSplitter((line) => lines.push(line));
	for (const chunk of chunks) splitter.push(chunk);
	splitter.end();
	return lines;
}

test("where the chunks are cut makes no difference, even inside a character", () => {
	const text = fc
		.array(fc.constantFrom("a", "é", "🔥", "\n", "\r\n", " "), { maxLength: 60 })
		.map((parts) => parts.join(""));
	fc.assert(
		fc.property(text, fc.infiniteStream(fc.integer({ min: 1, max: 7 })), (any, sizes) => {
			const bytes = new TextEncoder().encode(any);
			const chunks: Uint8Array[] = [];
			for (let at = 0; at < bytes.length; ) {
				const size = sizes.next().value ?? 1;
				chunks.push(bytes.subarray(at, at + size));
				at += size;
			}
			const expected = any.split(/\r?\n/);
			if (expected.at(-1) === "") expected.pop();
			assert.deepEqual(split(chunks), expected);
		}),
	);
});

test("broken UTF-8 becomes replacement characters", () => {
	assert.deepEqual(split([Uint8Array.of(0xff, 0x61, 0xc3)]), ["\ufffda\ufffd"]);
});

test("an endless line is cut and takes no more memory than the limit", () => {
	const chunk = new TextEncoder().encode("x".repeat(300_000));
	const lines = split([...Array(20).fill(chunk), new TextEncoder().encode("\nnext\n")]);
	assert.deepEqual(
		lines.map((line) => line.length),
		[MAX_LINE_LENGTH, 4],
	);
});
