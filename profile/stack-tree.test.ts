import assert from "node:assert/strict";
import { it } from "node:test";
import { StackTree } from "./stack-tree.ts";

it("finds the same stack again, however many siblings it has", () => {
	const tree = new StackTree();
	const stacks = new Map<string, number>();
	for (let round = 0; round < 3; round++) {
		for (let frame = 0; frame < 300; frame++) {
			const child = tree.child(0, frame);
			const grandchild = tree.child(child, frame % 20);
			for (const [key, stack] of [
				[`${frame}`, child],
				[`${frame};${frame % 20}`, grandchild],
			] as const) {
				assert.equal(stacks.get(key) ?? stack, stack);
				stacks.set(key, stack);
			}
		}
	}
	assert.equal(tree.length, 601);
	assert.equal(new Set(stacks.values()).size, 600);
	for (let stack = 1; stack < tree.length; stack++) assert.ok(tree.parent[stack] < stack);
	assert.equal(tree.frame[0], -1);
});
