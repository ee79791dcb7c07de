import type { CallTree } from "./call-tree.ts";
import { type Children, childrenOf } from "./children.ts";
import type { Frame } from "./model.ts";

/**
 * Where the frames of a flamegraph stand: one box for each node that has weight, sorted by depth, then from left to
 * right. Children lie above their parent from its left end on; what is left over at the right is its self weight.
 */
export interface Layout {
	/** boxes in all */
	readonly length: number;
	/** left and right end, in units of weight: 0 to `width` */
	readonly x0: Float64Array;
	readonly x1: Float64Array;
	/** node of the call tree that a box shows */
	readonly node: Int32Array;
	/** box of a node, -1 when it has none */
	readonly boxOfNode: Int32Array;
	/** boxes of depth `d` are `depthStart[d]` up to, not with, `depthStart[d + 1]` */
	readonly depthStart: Int32Array;
	/** number of depths, at least 1 (the root) */
	readonly depths: number;
	/** weight of the root */
	readonly width: number;
}

export interface LayoutOptions {
	/** siblings by name (the same function stays in its place), or heaviest first; default: name */
	readonly order?: "name" | "weight";
	/** node to be drawn as the root; default 0 */
	readonly root?: number;
}

/** Linear in the number of nodes (but for sorting names, or siblings by weight); nothing is recursive. */
export function layoutTree(tree: CallTree, options: LayoutOptions = {}): Layout {
	const { order = "name", root = 0 } = options;
	const children = childrenOf(tree.parent, nodesByName(tree));
	if (order === "weight") sortByWeight(children, tree.total);
	return placeBoxes(tree, children, root);
}

function placeBoxes(tree: CallTree, children: Children, root: number): Layout {
	const x0 = new Float64Array(tree.length);
	const x1 = new Float64Array(tree.length);
	const node = new Int32Array(tree.length);
	const boxOfNode = new Int32Array(tree.length).fill(-1);
	const depthStart = [0, 1];
	node[0] = root;
	x1[0] = tree.total[root];
	boxOfNode[root] = 0;
	let end = 1;
	for (let begin = 0; begin < end; ) {
		const rowEnd = end;
		for (let box = begin; box < rowEnd; box++) {
			let x = x0[box];
			const last = children.start[node[box] + 1];
			for (let at = children.start[node[box]]; at < last; at++) {
				const child = children.node[at];
				const weight = tree.total[child];
				if (!(weight > 0)) continue;
				node[end] = child;
				boxOfNode[child] = end;
				x0[end] = x;
				x += weight;
				x1[end++] = x;
			}
		}
		if (end > rowEnd) depthStart.push(end);
		begin = rowEnd;
	}
	return {
		length: end,
		x0: x0.subarray(0, end),
		x1: x1.subarray(0, end),
		node: node.subarray(0, end),
		boxOfNode,
		depthStart: Int32Array.from(depthStart),
		depths: depthStart.length - 1,
		width: tree.total[root],
	};
}

/** All nodes, ordered by the names of their frames: names are sorted once, nodes by counting. */
function nodesByName(tree: CallTree): Int32Array {
	const { frames, frame, length } = tree;
	const sorted = Uint32Array.from(frames.keys()).sort((a, b) => compareFrames(frames[a], frames[b]));
	const rank = new Int32Array(frames.length);
	for (let index = 0; index < sorted.length; index++) rank[sorted[index]] = index;
	const next = new Int32Array(frames.length + 2);
	for (let node = 1; node < length; node++) next[rank[frame[node]] + 2]++;
	next[1] = 1;
	for (let index = 1; index < next.length; index++) next[index] += next[index - 1];
	const order = new Int32Array(length);
	for (let node = 1; node < length; node++) order[next[rank[frame[node]] + 1]++] = node;
	return order;
}

function compareFrames(a: Frame, b: Frame): number {
	return compareText(a.name, b.name) || compareText(a.module, b.module);
}

/** By code units: the same everywhere, and many times quicker than by a locale's rules. */
function compareText(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}

function sortByWeight(children: Children, total: Float64Array): void {
	const { start, node } = children;
	for (let parent = 0; parent + 1 < start.length; parent++) {
		if (start[parent + 1] - start[parent] < 2) continue;
		node.subarray(start[parent], start[parent + 1]).sort((a, b) => total[b] - total[a] || a - b);
	}
}
