import type { FrameKind } from "../contract/frame-kind.ts";
import type { CallTree } from "./call-tree.ts";
import { childrenOf } from "./children.ts";
import { functionKey } from "./function-stacks.ts";

/** One function, wherever it was called from, whatever its lines. Weights are in the tree's unit. */
export interface FunctionWeight {
	readonly name: string;
	readonly module: string;
	readonly kind: FrameKind;
	/** of samples that end in it */
	readonly self: number;
	/** of samples that have it in their stack, each counted once however often it recurs */
	readonly total: number;
}

/** All functions that have weight, the one with the most self weight first (then total, then name). */
export function topFunctions(tree: CallTree): FunctionWeight[] {
	const { functionOfFrame, functions } = functionsOf(tree);
	for (let node = 1; node < tree.length; node++) {
		functions[functionOfFrame[tree.frame[node]]].self += tree.self[node];
	}
	for (const node of outermostCalls(tree, functionOfFrame, functions.length)) {
		functions[functionOfFrame[tree.frame[node]]].total += tree.total[node];
	}
	return functions
		.filter((entry) => entry.total !== 0 || entry.self !== 0)
		.sort((a, b) => b.self - a.self || b.total - a.total || (a.name < b.name ? -1 : 1));
}

type Sums = { -readonly [K in keyof FunctionWeight]: FunctionWeight[K] };

function functionsOf(tree: CallTree): { functionOfFrame: Int32Array; functions: Sums[] } {
	const index = new Map<string, number>();
	const functions: Sums[] = [];
	const functionOfFrame = new Int32Array(tree.frames.length);
	for (const [at, frame] of tree.frames.entries()) {
		const { name, module, kind } = frame;
		const key = functionKey(frame);
		let known = index.get(key);
		if (known === undefined) {
			known = functions.push({ name, module, kind, self: 0, total: 0 }) - 1;
			index.set(key, known);
		}
		functionOfFrame[at] = known;
	}
	return { functionOfFrame, functions };
}

/** Nodes below which no node on the way to the root is of the same function, found by one walk through the tree. */
function* outermostCalls(tree: CallTree, functionOfFrame: Int32Array, functions: number): Generator<number> {
	const children = childrenOf(tree.parent);
	const active = new Int32Array(functions);
	const next = children.start.slice();
	for (let node = 0; ; ) {
		if (next[node] < children.start[node + 1]) {
			node = children.node[next[node]++];
			if (active[functionOfFrame[tree.frame[node]]]++ === 0) yield node;
		} else {
			if (node === 0) return;
			active[functionOfFrame[tree.frame[node]]]--;
			node = tree.parent[node];
		}
	}
}
