import assert from "node:assert/strict";
import { test } from "node:test";
import { EMPTY_STACK, ProfileBuilder } from "./builder.ts";
import type { Frame } from "./model.ts";
import type { SampleTimeSink } from "./sample-times.ts";

/** Four hours at 99 Hz would be 1.4 million for each busy thread. */
const ROUND = 1_000_000;
const THREADS = 64;
const STACKS = 500;

/** Counts what it is told, as a spool would write it. */
class CountingSink implements SampleTimeSink {
	count = 0;
	push(): void {
		this.count++;
	}
}

const frameOf = (name: string): Frame => ({ name, module: "app", kind: "user", file: "", line: 0 });

/** Bytes that typed arrays hold, whose memory lies outside of the heap. */
function columnBytes(): number {
	globalThis.gc?.();
	return process.memoryUsage().arrayBuffers;
}

test("a builder grows with distinct stacks, not with samples", () => {
	const times = new CountingSink();
	const builder = new ProfileBuilder({ valueTypes: [{ type: "samples", unit: "count" }], times });
	const stacks = Array.from({ length: STACKS }, (_, index) =>
		builder.child(EMPTY_STACK, builder.frame(frameOf(`f${index}`))),
	);
	const threads = Array.from({ length: THREADS }, (_, index) =>
		builder.thread({ pid: 1, tid: index, name: "worker" }),
	);
	const addRound = (): void => {
		for (let index = 0; index < ROUND; index++) {
			builder.add(stacks[index % STACKS], threads[index % THREADS], [1], index);
		}
	};
	addRound();
	const rows = builder.snapshot().samples.length;
	const before = columnBytes();
	addRound();
	addRound();
	// nothing at all is added; what garbage is left of other tests may vary a little
	assert.ok(columnBytes() - before < 2 ** 20, `${columnBytes() - before} bytes more`);
	assert.equal(builder.snapshot().samples.length, rows);
	assert.equal(builder.stackCount, STACKS + 1);
	assert.equal(builder.sampleCount, 3 * ROUND);
	assert.equal(times.count, 3 * ROUND);
});
