import { type CallTree, treeOfColumns } from "./call-tree.ts";
import { grow } from "./growing.ts";
import type { Frame } from "./model.ts";
import { StackTree } from "./stack-tree.ts";

/** One function between who calls it and what it calls. */
export interface Sandwich {
	/** upside down: below the root the function, below that its callers, and so on; weights end at the outermost */
	readonly callers: CallTree;
	/** below the root the function, below that what it calls */
	readonly callees: CallTree;
}

/**
 * All calls of a function as two call trees. What it calls again through others is part of its outermost call, so every
 * sample counts once however often the function recurs: both totals are the weight of the samples that have it.
 * Linear in the number of nodes, for the callers in the length of their stacks.
 * @param isWanted asked once for each frame
 */
export function sandwich(tree: CallTree, isWanted: (frame: Frame) => boolean): Sandwich {
	const wanted = Uint8Array.from(tree.frames, (frame) => (isWanted(frame) ? 1 : 0));
	const callers = new GrowingTree();
	const callees = new GrowingTree();
	/** node among the callees, 0: not below the function */
	const placeOf = new Int32Array(tree.length);
	for (let node = 1; node < tree.length; node++) {
		const above = placeOf[tree.parent[node]];
		if (above === 0 && wanted[tree.frame[node]] === 0) continue;
		const place = callees.child(above, tree.frame[node]);
		placeOf[node] = place;
		callees.add(place, tree.self[node]);
		if (above === 0) callers.add(pathUp(tree, node, callers), tree.total[node]);
	}
	return { callers: callers.toTree(tree), callees: callees.toTree(tree) };
}

/** The whole tree upside down: below the root the functions that samples end in, below each its callers. */
export function invertTree(tree: CallTree): CallTree {
	const inverted = new GrowingTree();
	inverted.add(0, tree.self[0] ?? 0);
	for (let node = 1; node < tree.length; node++) {
		if (tree.self[node] !== 0) inverted.add(pathUp(tree, node, inverted), tree.self[node]);
	}
	return inverted.toTree(tree);
}

/** @returns the node whose path from the root is that of `node` to the root of `tree` */
function pathUp(tree: CallTree, node: number, into: GrowingTree): number {
	let place = 0;
	for (let at = node; at > 0; at = tree.parent[at]) place = into.child(place, tree.frame[at]);
	return place;
}

class GrowingTree {
	readonly #nodes = new StackTree();
	#self = new Float64Array(64);

	/** @returns the child of a node with this frame */
	child(node: number, frame: number): number {
		const child = this.#nodes.child(node, frame);
		this.#self = grow(this.#self, child + 1);
		return child;
	}

	add(node: number, weight: number): void {
		this.#self[node] += weight;
	}

	toTree({ unit, frames }: CallTree): CallTree {
		const { length, parent, frame } = this.#nodes;
		return treeOfColumns({
			unit,
			frames,
			parent: parent.slice(0, length),
			frame: frame.slice(0, length),
			self: this.#self.slice(0, length),
		});
	}
}
