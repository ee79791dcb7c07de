import type { CallTreeDocument, NodeColumns } from "../contract/call-tree.ts";
import { isIndex } from "./array-index.ts";
import { FrameColumnsWriter, readFrameColumns } from "./frame-columns.ts";
import { cleanText } from "./frame-name.ts";
import { functionStacks } from "./function-stacks.ts";
import { type Frame, type Profile, ProfileFormatError, type Thread, type ValueType } from "./model.ts";

/**
 * Merged stacks with their weights, in columns by node. Node 0 is the root (parent and frame -1), and a parent's
 * number is always smaller than its children's, so that a loop over the numbers walks the tree.
 * Weights are doubles: exact up to 2^53.
 */
export interface CallTree {
	/** of the weights: samples, nanoseconds, bytes ... */
	readonly unit: string;
	readonly frames: readonly Frame[];
	readonly length: number;
	readonly parent: Int32Array;
	/** index into `frames` */
	readonly frame: Int32Array;
	/** weight of samples that end in the node */
	readonly self: Float64Array;
	/** weight of samples that pass or end in the node */
	readonly total: Float64Array;
}

export interface CallTreeOptions {
	/** index of the value type to weigh by; default 0 */
	readonly value?: number;
	/** leaves out samples of other threads; `undefined` stands for a thread that is not known */
	readonly keepThread?: (thread: Thread | undefined) => boolean;
}

/** Calls of functions, whatever their lines: see function-stacks.ts. @throws RangeError when there is no such value type */
export function callTreeOf(profile: Profile, options: CallTreeOptions = {}): CallTree {
	const { value = 0, keepThread } = options;
	const valueType = profile.valueTypes[value];
	if (valueType === undefined) throw new RangeError(`The profile has no value type ${value}`);
	const { samples, threads } = profile;
	const functions = functionStacks(profile);
	const { stacks, frames } = functions ?? profile;
	const values = samples.values[value];
	const kept = keepThread && threads.map((thread) => keepThread(thread));
	const keepsUnknown = keepThread?.(undefined) ?? true;
	const self = new Float64Array(stacks.length);
	for (let row = 0; row < samples.length; row++) {
		const thread = samples.thread[row];
		const keep = thread < 0 ? keepsUnknown : (kept?.[thread] ?? true);
		const stack = samples.stack[row];
		if (keep) self[functions?.stackOf[stack] ?? stack] += Number(values[row]);
	}
	const { parent, frame } = stacks;
	return treeOfColumns({ unit: unitOf(valueType), frames, parent, frame, self });
}

/** Adds the totals to a tree's other columns. */
export function treeOfColumns(columns: Omit<CallTree, "length" | "total">): CallTree {
	const { parent, self } = columns;
	const total = new Float64Array(self);
	for (let node = total.length - 1; node > 0; node--) total[parent[node]] += total[node];
	return { ...columns, length: self.length, total };
}

/** What a value is called beside its number: its unit, or for mere counts what is counted. */
export function unitOf(valueType: ValueType): string {
	return valueType.unit === "count" ? valueType.type : valueType.unit;
}

/** @returns the tree as it goes over the wire */
export function toDocument(tree: CallTree): CallTreeDocument {
	const { modules, frames } = new FrameColumnsWriter().append(tree.frames);
	return {
		unit: tree.unit,
		modules,
		frames,
		nodes: { parent: Array.from(tree.parent), frame: Array.from(tree.frame), self: Array.from(tree.self) },
	};
}

/**
 * Reads what `toDocument` wrote, or what somebody else did: nothing of it is believed.
 * @throws ProfileFormatError for columns of different lengths, indices out of range, or a parent after its child
 */
export function fromDocument(document: CallTreeDocument): CallTree {
	const frames = readFrameColumns(document.frames, document.modules);
	checkNodes(document.nodes, 0, frames.length);
	return treeOfColumns({
		unit: cleanText(document.unit),
		frames,
		parent: Int32Array.from(document.nodes.parent),
		frame: Int32Array.from(document.nodes.frame),
		self: Float64Array.from(document.nodes.self),
	});
}

/**
 * Checks nodes to be appended to a tree.
 * @param first number of the first of them; 0: they begin with the root
 * @param frameCount frames the tree has with those of the same message
 * @throws ProfileFormatError
 */
export function checkNodes(nodes: NodeColumns, first: number, frameCount: number): void {
	const { parent, frame, self } = nodes;
	if (frame.length !== parent.length || self.length !== parent.length) {
		throw invalid(first, "node columns differ in length");
	}
	if (first === 0 && parent.length === 0) throw invalid(0, "no root");
	for (let index = 0; index < parent.length; index++) {
		const node = first + index;
		if (node === 0) {
			if (parent[0] !== -1 || frame[0] !== -1) throw invalid(0, "node 0 is not a root");
		} else {
			if (!isIndex(parent[index], node)) throw invalid(node, "its parent does not come before it");
			if (!isIndex(frame[index], frameCount)) throw invalid(node, "its frame does not exist");
		}
		checkWeight(self[index], node);
	}
}

/** @throws ProfileFormatError for what is no number */
export function checkWeight(weight: number, node: number): void {
	if (!Number.isFinite(weight)) throw invalid(node, "its weight is not a number");
}

function invalid(node: number, reason: string): ProfileFormatError {
	return new ProfileFormatError("call tree", node, reason);
}
