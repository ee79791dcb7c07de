import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type CallTree, callTreeOf } from "../../profile/call-tree.ts";
import { layoutTree } from "../../profile/layout.ts";
import { readFolded } from "../../profile/read/folded.ts";
import { matchesIn } from "./matches.ts";
import { carryOver, pathOf } from "./path.ts";
import { step } from "./walk.ts";
import { isWhole, moved, rangeOf, scaled, WHOLE, zoomOf, zoomOnNode } from "./zoom.ts";

function treeOf(folded: string): CallTree {
	return callTreeOf(readFolded(folded));
}

const tree = treeOf("main;a;b 6\nmain;a;c 3\nmain;d 1\n");
const layout = layoutTree(tree);
const nodeOf = (...path: string[]) => {
	const names = (node: number) => pathOf(tree, node).map(({ name }) => name);
	return Array.from({ length: tree.length }, (_, node) => node).find(
		(node) => names(node).join(";") === path.join(";"),
	) as number;
};

test("a range said by a node and fractions is the same range", () => {
	const end = layout.width;
	fc.assert(
		fc.property(
			fc.double({ min: 0, max: 0.98, noNaN: true }),
			fc.double({ min: 0.01, max: 1, noNaN: true }),
			(a, b) => {
				const range = { from: a * end, to: Math.min(a + b, 1) * end };
				const again = rangeOf(layout, zoomOf(layout, range));
				assert.ok(Math.abs(again.from - range.from) < 1e-9 && Math.abs(again.to - range.to) < 1e-9);
			},
		),
	);
	assert.equal(isWhole(zoomOf(layout, { from: 0, to: end })), false, "it is tied to the deepest box: main");
	assert.deepEqual(rangeOf(layout, WHOLE), { from: 0, to: end });
	assert.deepEqual(rangeOf(layout, zoomOnNode(999)), { from: 0, to: end }, "a node without a box shows all");
});

test("scaling keeps its point and the ends, moving stops at both ends", () => {
	const range = scaled({ from: 0, to: 10 }, 0.5, 4, 10);
	assert.deepEqual(range, { from: 2, to: 7 });
	assert.deepEqual(scaled(range, 100, 4, 10), { from: 0, to: 10 });
	assert.deepEqual(moved(range, 99, 10), { from: 5, to: 10 });
	assert.deepEqual(moved(range, -99, 10), { from: 0, to: 5 });
});

test("a place in one tree is found in another, as far as that goes", () => {
	const next = treeOf("x 2\nmain;z 1\nmain;a;c 1\n");
	const names = (node: number) => pathOf(next, node).map(({ name }) => name);
	assert.deepEqual(names(carryOver(tree, next, nodeOf("main", "a", "c"))), ["main", "a", "c"]);
	assert.deepEqual(names(carryOver(tree, next, nodeOf("main", "a", "b"))), ["main", "a"]);
	assert.equal(carryOver(tree, next, 0), 0);
	assert.equal(carryOver(tree, tree, 3), 3);
});

test("the keyboard walks to the widest callee, to neighbours that can be seen, and back", () => {
	const ground = { layout, range: { from: 0, to: layout.width }, narrowest: 0.5 };
	const box = (...path: string[]) => layout.boxOfNode[nodeOf(...path)];
	assert.equal(step(ground, box("main"), "callee"), box("main", "a"));
	assert.equal(step(ground, box("main", "a"), "callee"), box("main", "a", "b"));
	assert.equal(step(ground, box("main", "a", "b"), "right"), box("main", "a", "c"));
	assert.equal(step(ground, box("main", "a", "c"), "caller"), box("main", "a"));
	assert.equal(step(ground, box("main", "a", "b"), "callee"), box("main", "a", "b"), "nothing is called");
	assert.equal(step(ground, 0, "caller"), 0);
	const coarse = { ...ground, narrowest: 2 };
	assert.equal(step(coarse, box("main", "a"), "right"), box("main", "a"), "its neighbour is too narrow");
	const zoomed = { ...ground, range: { from: 6, to: 9 } };
	assert.equal(
		step(zoomed, box("main", "a"), "callee"),
		box("main", "a", "c"),
		"the widest callee is outside",
	);
});

test("matches are counted up to every box", () => {
	const marks = Uint8Array.from(tree.frames, ({ name }) => (name === "c" || name === "d" ? 1 : 0));
	const { before } = matchesIn(layout, tree, marks);
	assert.equal(before.length, layout.length + 1);
	assert.equal(before[layout.length], 2);
});
