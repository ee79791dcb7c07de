import assert from "node:assert/strict";
import { it } from "node:test";
import { NO_THREAD, ProfileBuilder } from "./builder.ts";
import { callTreeOf } from "./call-tree.ts";
import type { Frame } from "./model.ts";

const frame = (name: string, file: string, line: number): Frame => ({
	name,
	module: "app",
	kind: "user",
	file,
	line,
});

it("a function that calls in several lines is one in the call tree", () => {
	const builder = new ProfileBuilder({ valueTypes: [{ type: "samples", unit: "count" }] });
	const main = builder.frame(frame("main", "", 0));
	for (const [line, callee] of [
		[3, "read"],
		[3, "write"],
		[4, "read"],
	] as const) {
		const work = builder.frame(frame("work", "/src/work.c", line));
		const leaf = builder.frame(frame(callee, "/src/io.c", line));
		builder.add(builder.stack([main, work, leaf]), NO_THREAD, [1]);
	}
	const { frames, parent, self, total, frame: frameOf } = callTreeOf(builder.snapshot());
	assert.deepEqual(frames, [
		frame("main", "", 0),
		frame("work", "/src/work.c", 0),
		frame("read", "/src/io.c", 0),
		frame("write", "/src/io.c", 3),
	]);
	assert.deepEqual([...parent], [-1, 0, 1, 2, 2]);
	assert.deepEqual([...frameOf], [-1, 0, 1, 2, 3]);
	assert.deepEqual([...self], [0, 0, 0, 2, 1]);
	assert.deepEqual([...total], [3, 3, 3, 2, 1]);
});
