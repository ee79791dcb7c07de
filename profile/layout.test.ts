import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type CallTree, callTreeOf } from "./call-tree.ts";
import { type Layout, layoutTree } from "./layout.ts";
import { anyProfile, profileOf } from "./testing/arbitrary-profile.ts";

const anyOrder = fc.constantFrom("name" as const, "weight" as const);

test("children lie inside their parents, side by side, and what is left over is the self weight", () => {
	fc.assert(
		fc.property(anyProfile(), anyOrder, (profile, order) => {
			const tree = callTreeOf(profile);
			const layout = layoutTree(tree, { order });
			assert.equal(layout.length, tree.total.filter((total) => total > 0).length || 1);
			assert.equal(layout.depthStart[layout.depths], layout.length);
			const covered = new Float64Array(layout.length);
			for (let depth = 1; depth < layout.depths; depth++) checkRow(tree, layout, depth, covered);
			for (let box = 0; box < layout.length; box++) {
				const node = layout.node[box];
				assert.equal(layout.boxOfNode[node], box);
				assert.equal(layout.x1[box] - layout.x0[box], tree.total[node]);
				assert.equal(covered[box] + tree.self[node], tree.total[node]);
			}
		}),
	);
});

function checkRow(tree: CallTree, layout: Layout, depth: number, covered: Float64Array): void {
	for (let box = layout.depthStart[depth]; box < layout.depthStart[depth + 1]; box++) {
		const parent = layout.boxOfNode[tree.parent[layout.node[box]]];
		assert.ok(parent >= layout.depthStart[depth - 1] && parent < layout.depthStart[depth]);
		assert.equal(
			layout.x0[box],
			layout.x0[parent] + covered[parent],
			"next to its sibling, from the left on",
		);
		assert.ok(layout.x1[box] <= layout.x1[parent]);
		covered[parent] += layout.x1[box] - layout.x0[box];
		if (box > layout.depthStart[depth]) assert.ok(layout.x0[box] >= layout.x1[box - 1]);
	}
}

const names = (tree: CallTree, layout: Layout): string[] =>
	Array.from(layout.node, (node) => tree.frames[tree.frame[node]]?.name ?? "all");

test("siblings stand by name, or heaviest first", () => {
	const tree = callTreeOf(profileOf({ "m;b": 1, "m;c": 3, "m;a": 2, k: 9 }));
	assert.deepEqual(names(tree, layoutTree(tree)), ["all", "k", "m", "a", "b", "c"]);
	assert.deepEqual(names(tree, layoutTree(tree, { order: "weight" })), ["all", "k", "m", "c", "a", "b"]);
});

test("any node can be the root", () => {
	const tree = callTreeOf(profileOf({ "m;b;x": 1, "m;c": 3, k: 9 }));
	const root = tree.frame.findIndex((frame) => tree.frames[frame]?.name === "m");
	const layout = layoutTree(tree, { root });
	assert.deepEqual(names(tree, layout), ["m", "b", "c", "x"]);
	assert.equal(layout.width, 4);
	assert.equal(layout.boxOfNode[0], -1);
});

test("nothing sampled is a root without width", () => {
	const layout = layoutTree(callTreeOf(profileOf({})));
	assert.deepEqual([layout.length, layout.depths, layout.width], [1, 1, 0]);
});
