import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type CallTree, callTreeOf } from "./call-tree.ts";
import { invertTree, sandwich } from "./invert.ts";
import { searchFrames } from "./search.ts";
import { anyProfile, profileOf } from "./testing/arbitrary-profile.ts";
import { foldedChunks } from "./write/folded.ts";

const foldedOf = (tree: CallTree): string[] => [...foldedChunks(tree)].join("").split("\n").sort().slice(1);

test("the samples of a function count once on either side, however often it recurs", () => {
	fc.assert(
		fc.property(anyProfile(), fc.constantFrom("main", "parse", "a b"), (profile, name) => {
			const tree = callTreeOf(profile);
			const { callers, callees } = sandwich(tree, (frame) => frame.name === name);
			const expected = searchFrames(tree, new RegExp(`^${name}$`)).weight;
			assert.equal(callees.total[0], expected);
			assert.equal(callers.total[0], expected);
			// what the function itself is on top of each is the same
			for (const side of [callers, callees]) {
				for (let node = 1; node < side.length; node++) {
					if (side.parent[node] === 0) assert.equal(side.frames[side.frame[node]].name, name);
				}
			}
		}),
	);
});

test("turned upside down twice a tree is what it was", () => {
	fc.assert(
		fc.property(anyProfile(), (profile) => {
			const tree = callTreeOf(profile);
			assert.deepEqual(foldedOf(invertTree(invertTree(tree))), foldedOf(tree));
			assert.equal(invertTree(tree).total[0], tree.total[0]);
		}),
	);
});

test("callers stand below what they call", () => {
	const tree = callTreeOf(profileOf({ "main;a;f;g": 1, "main;b;f": 2, "main;f;f;h": 4, main: 8 }));
	assert.deepEqual(foldedOf(invertTree(tree)), ["f;b;main 2", "g;f;a;main 1", "h;f;f;main 4", "main 8"]);
	const { callers, callees } = sandwich(tree, ({ name }) => name === "f");
	assert.deepEqual(foldedOf(callers), ["f;a;main 1", "f;b;main 2", "f;main 4"]);
	assert.deepEqual(foldedOf(callees), ["f 2", "f;f;h 4", "f;g 1"]);
});
