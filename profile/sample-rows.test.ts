import assert from "node:assert/strict";
import { it } from "node:test";
import { NO_THREAD, ProfileBuilder } from "./builder.ts";
import type { Frame, Profile } from "./model.ts";

const frame = (name: string, line = 0): Frame => ({ name, module: "", kind: "user", file: "", line });

/** A builder with one stack of two functions, whose samples have three leaves. */
function threeLeaves(): ProfileBuilder {
	const builder = new ProfileBuilder({
		valueTypes: [{ type: "samples", unit: "count" }],
		keepTimes: true,
	});
	const stack = builder.stack([builder.frame(frame("main")), builder.frame(frame("work"))]);
	for (const [time, leaf] of [11, 12, 13, 11].entries()) builder.add(stack, NO_THREAD, [1], time, leaf);
	return builder;
}

/** Stacks with their counts, and whose sample was taken when. */
function told({ frames, stacks, samples, times }: Profile) {
	const names = Array.from(samples.stack, (leaf) => {
		const found: string[] = [];
		for (let stack = leaf; stack > 0; stack = stacks.parent[stack]) {
			const { name, line } = frames[stacks.frame[stack]];
			found.unshift(line === 0 ? name : `${name}:${line}`);
		}
		return found.join(";");
	});
	return {
		counts: names.map((name, row) => `${name} ${samples.values[0][row]}`),
		times: Array.from(times?.sample ?? [], (row) => names[row]),
	};
}

it("samples that only their leaves tell apart are one row", () => {
	const builder = threeLeaves();
	assert.deepEqual(told(builder.snapshot()), {
		counts: ["main;work 4"],
		times: ["main;work", "main;work", "main;work", "main;work"],
	});
	assert.deepEqual([...(builder.rowNumbers() ?? [])], [0, 0, 0]);
});

it("leaves get stacks of their own, with the times of their samples, and the live tree their functions", () => {
	const builder = threeLeaves();
	const changes = builder.changes();
	const refined = new ProfileBuilder({ valueTypes: builder.valueTypes });
	const [main, work, inner] = [frame("main", 3), frame("work", 7), frame("inner", 8)].map((each) =>
		refined.frame(each),
	);
	const stackOfLeaf = new Int32Array(14);
	stackOfLeaf[11] = refined.stack([main, work, inner]);
	stackOfLeaf[12] = refined.stack([main, work]);
	stackOfLeaf[13] = stackOfLeaf[12];
	builder.refine({ stacks: refined.snapshot(), stackOfLeaf });
	assert.deepEqual(told(builder.snapshot()), {
		counts: ["main:3;work:7;inner:8 2", "main:3;work:7 2"],
		times: ["main:3;work:7;inner:8", "main:3;work:7", "main:3;work:7", "main:3;work:7;inner:8"],
	});
	assert.deepEqual([...(builder.rowNumbers() ?? [])], [0, 1, 1]);
	const { frames, frame: frameOf, self, total } = builder.tree();
	assert.deepEqual(
		Array.from(frameOf, (each) => frames[each]),
		[undefined, frame("main"), frame("work"), frame("inner")],
	);
	assert.deepEqual([...self], [0, 0, 2, 2]);
	assert.equal(total[0], 4);
	assert.deepEqual([...builder.sampledTree().self], [0, 0, 4, 0]);
	assert.deepEqual(changes.take().sort(), [2, 3]);
});

it("what is added later makes a refinement void", () => {
	const builder = threeLeaves();
	builder.refine({ stacks: builder.snapshot(), stackOfLeaf: new Int32Array(14) });
	builder.add(1, NO_THREAD, [1], 9, 15);
	assert.deepEqual(told(builder.snapshot()).counts, ["main;work 4", "main 1"]);
});
