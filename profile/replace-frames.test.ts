import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { NO_THREAD, ProfileBuilder } from "./builder.ts";
import type { CallTree } from "./call-tree.ts";
import { callTreeOf } from "./call-tree.ts";
import { LiveTree, LiveTreeWriter } from "./live.ts";
import type { Frame } from "./model.ts";
import { foldedChunks } from "./write/folded.ts";

const frame = (name: string): Frame => ({ name, module: "/app", kind: "user", file: "", line: 0 });
const nameless = (place: number): Frame => ({ ...frame(`app+0x${place.toString(16)}`), kind: "unknown" });
/** What each place turns out to be: several are one function, and some have another inlined. */
const found = (place: number): Frame[] =>
	place % 3 === 0 ? [frame("outer"), frame("inlined")] : [frame(`function ${place >> 2}`)];

function linesOf(tree: CallTree): string[] {
	let text = "";
	for (const chunk of foldedChunks(tree)) text += Buffer.from(chunk).toString();
	return text.split("\n").sort();
}

const stacks = fc.array(fc.array(fc.integer({ min: 0, max: 15 }), { maxLength: 6 }), { maxLength: 40 });

it("frames that are better known later make the profile that they would have made at once", () => {
	fc.assert(
		fc.property(stacks, stacks, (before, after) => {
			const late = new ProfileBuilder({ valueTypes: [{ type: "samples", unit: "count" }], keepTimes: true });
			const atOnce = new ProfileBuilder({ valueTypes: [{ type: "samples", unit: "count" }] });
			const writer = new LiveTreeWriter(late);
			const viewer = new LiveTree();
			viewer.applyTree(writer.tree());
			const add = (builder: ProfileBuilder, frames: readonly Frame[], time?: number) =>
				builder.add(builder.stack(frames.map((each) => builder.frame(each))), NO_THREAD, [1], time);
			for (const [time, places] of before.entries()) {
				add(late, places.map(nameless), time);
				add(atOnce, places.flatMap(found));
			}
			viewer.applyDelta(writer.delta());
			const replacements = new Map<number, Frame[]>();
			for (let place = 0; place < 16; place++) replacements.set(late.frame(nameless(place)), found(place));
			late.replaceFrames(replacements);
			for (const [time, places] of after.entries()) {
				add(late, places.flatMap(found), before.length + time);
				add(atOnce, places.flatMap(found));
			}
			viewer.applyDelta(writer.delta());
			const expected = linesOf(atOnce.tree());
			assert.deepEqual(linesOf(late.tree()), expected);
			assert.deepEqual(linesOf(callTreeOf(late.snapshot())), expected);
			assert.deepEqual(linesOf(viewer.tree()), expected);
			assert.equal(late.sampleCount, atOnce.sampleCount);
		}),
	);
});
