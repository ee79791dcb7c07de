import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type CallTree, callTreeOf } from "./call-tree.ts";
import { searchFrames } from "./search.ts";
import { anyProfile, profileOf } from "./testing/arbitrary-profile.ts";
import { topFunctions } from "./top.ts";

test("a function that calls itself is counted once", () => {
	const top = topFunctions(callTreeOf(profileOf({ "f;g;f": 2, "f;f": 1, g: 4 })));
	assert.deepEqual(
		top.map(({ name, self, total }) => [name, self, total]),
		[
			["g", 4, 6],
			["f", 3, 3],
		],
	);
});

function pathTo(tree: CallTree, node: number): number[] {
	const path: number[] = [];
	for (let at = node; at > 0; at = tree.parent[at]) path.push(tree.frame[at]);
	return path;
}

test("self weights add up to the total; a function's total is that of all stacks it is in", () => {
	fc.assert(
		fc.property(anyProfile(), (profile) => {
			const tree = callTreeOf(profile);
			const top = topFunctions(tree);
			const self = top.reduce((sum, entry) => sum + entry.self, 0);
			assert.equal(self + tree.self[0], tree.total[0]);
			for (const { name, module, kind, total } of top) {
				let expected = 0;
				for (let node = 0; node < tree.length; node++) {
					const isIn = pathTo(tree, node).some((frame) => {
						const other = tree.frames[frame];
						return other.name === name && other.module === module && other.kind === kind;
					});
					if (isIn) expected += tree.self[node];
				}
				assert.equal(total, expected);
			}
		}),
	);
});

test("a search weighs each sample once, by name or module, in any case", () => {
	fc.assert(
		fc.property(anyProfile(), (profile) => {
			const tree = callTreeOf(profile);
			const { frames, weight } = searchFrames(tree, "MAIN");
			let expected = 0;
			for (let node = 0; node < tree.length; node++) {
				if (pathTo(tree, node).some((frame) => frames[frame] === 1)) expected += tree.self[node];
			}
			assert.equal(weight, expected);
			for (const [index, frame] of tree.frames.entries()) {
				assert.equal(frames[index] === 1, frame.name.toLowerCase().includes("main"));
			}
		}),
	);
	const tree = callTreeOf(profileOf({ "main;read": 1, "main;write;read": 2, idle: 4 }));
	assert.deepEqual([searchFrames(tree, "read").weight, searchFrames(tree, "read").nodes], [3, 2]);
	assert.equal(searchFrames(tree, /^(read|idle)$/gy).weight, 7);
	assert.equal(searchFrames(tree, "").weight, 0);
});
