import type { FrameColumns } from "../../contract/call-tree.ts";
import type { CallTree } from "../call-tree.ts";
import { type Children, childrenOf } from "../children.ts";
import { FrameColumnsWriter } from "../frame-columns.ts";
import { startsOf } from "./group-starts.ts";
import { VarintWriter } from "./varint.ts";

/**
 * A call tree made to compress well: a sixth of its JSON. What a function calls, and how often, depends on the function
 * more than on anything else. So each frame lists what it calls, the most frequent first; a node names its children by
 * places in the list of its frame; and the nodes of one frame stand side by side.
 */
export interface PackedTree {
	readonly unit: string;
	readonly modules: readonly string[];
	/** in the order in which a walk through the lists meets them */
	readonly frames: FrameColumns;
	/** number of nodes, the root among them */
	readonly nodes: number;
	/** self weights, where they are not all whole and positive; else they are in `columns` */
	readonly weights?: readonly number[];
	/**
	 * Varints. "Frame" 0 is the root's, then those of `frames`; nodes stand by frame, then in the order of a walk that visits
	 * a node before its children, and those by place.
	 *
	 * 1. for each frame the number of its nodes
	 * 2. for each frame the number of frames it calls, then each of these: 0 for the next one not met yet, else its number
	 * 3. for each node twice the number of its children, 1 more if it has self weight
	 * 4. for each node, for each child how many places it is behind the one before
	 * 5. for each node that has self weight: how much
	 */
	readonly columns: Uint8Array<ArrayBuffer>;
}

/** The tree with its nodes in another order; frames without a node are left out. */
export function packTree(tree: CallTree): PackedTree {
	const calls = new CallLists(tree);
	const places = Int32Array.from({ length: tree.length }, (_, node) => calls.placeOf(node));
	const byPlace = places
		.slice()
		.map((_, node) => node)
		.sort((a, b) => places[a] - places[b]);
	const { start, node: children } = childrenOf(tree.parent.subarray(0, tree.length), byPlace);
	const { counts, nodes } = calls.nodesByFrame(walkOf({ start, node: children }));
	const out = new VarintWriter();
	for (const count of counts) out.push(count);
	calls.write(out);
	for (const node of nodes) out.push((start[node + 1] - start[node]) * 2 + (tree.self[node] === 0 ? 0 : 1));
	for (const node of nodes) {
		let last = 0;
		for (const child of children.subarray(start[node], start[node + 1])) {
			out.push(places[child] - last);
			last = places[child];
		}
	}
	const weights = Array.from(nodes, (node) => tree.self[node]).filter((weight) => weight !== 0);
	const isPlain = weights.every((weight) => Number.isSafeInteger(weight) && weight > 0);
	if (isPlain) for (const weight of weights) out.push(weight);
	const { modules, frames } = new FrameColumnsWriter().append(
		calls.frames.map((frame) => tree.frames[frame]),
	);
	return {
		unit: tree.unit,
		modules,
		frames,
		nodes: tree.length,
		...(isPlain ? {} : { weights }),
		columns: out.bytes(),
	};
}

/** All nodes, each before its children. */
function walkOf({ start, node: children }: Children): Int32Array {
	const order = new Int32Array(start.length - 1);
	const pending = [0];
	let visited = 0;
	for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
		order[visited++] = node;
		for (let at = start[node + 1] - 1; at >= start[node]; at--) pending.push(children[at]);
	}
	return order;
}

/** What each frame calls. */
class CallLists {
	/** indices of the tree's frames by number, from number 1 on */
	readonly frames: number[] = [];
	readonly #tree: CallTree;
	/** by index of the tree's frame plus 1; first the root's */
	readonly #numbers: Int32Array;
	/** by the same, place by callee */
	readonly #lists: Map<number, number>[];

	constructor(tree: CallTree) {
		this.#tree = tree;
		const { length, parent, frame, frames } = tree;
		const counts = Array.from({ length: frames.length + 1 }, () => new Map<number, number>());
		for (let node = 1; node < length; node++) {
			const called = counts[frame[parent[node]] + 1];
			called.set(frame[node], (called.get(frame[node]) ?? 0) + 1);
		}
		this.#lists = counts.map((called) => {
			const sorted = [...called].sort(([, a], [, b]) => b - a);
			return new Map(sorted.map(([callee], place) => [callee, place]));
		});
		this.#numbers = new Int32Array(frames.length + 1);
		this.#meet(0);
		for (let met = 0; met < this.frames.length; met++) this.#meet(this.frames[met] + 1);
	}

	/** Where a node's frame stands in the list of its parent's. */
	placeOf(node: number): number {
		const { parent, frame } = this.#tree;
		return node === 0 ? 0 : (this.#lists[frame[parent[node]] + 1].get(frame[node]) as number);
	}

	/** @param order of the nodes of one frame */
	nodesByFrame(order: Int32Array): { counts: Int32Array; nodes: Int32Array } {
		const counts = new Int32Array(this.frames.length + 1);
		const numberOf = (node: number): number => this.#numbers[this.#tree.frame[node] + 1];
		for (const node of order) counts[numberOf(node)]++;
		const next = startsOf(counts);
		const nodes = new Int32Array(order.length);
		for (const node of order) nodes[next[numberOf(node)]++] = node;
		return { counts, nodes };
	}

	write(out: VarintWriter): void {
		let met = 0;
		for (const caller of [-1, ...this.frames]) {
			const list = this.#lists[caller + 1];
			out.push(list.size);
			for (const callee of list.keys()) {
				const number = this.#numbers[callee + 1];
				out.push(number > met ? 0 : number);
				met = Math.max(met, number);
			}
		}
	}

	#meet(caller: number): void {
		for (const callee of this.#lists[caller].keys()) {
			if (this.#numbers[callee + 1] === 0) this.#numbers[callee + 1] = this.frames.push(callee);
		}
	}
}
