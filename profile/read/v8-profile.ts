import { EMPTY_STACK, type ProfileBuilder } from "../builder.ts";
import type { ValueType } from "../model.ts";
import type { JsonValue } from "./json-value.ts";
import { type CallFrame, frameOfV8, V8_ROOT } from "./v8-frame.ts";

/** What V8's sampler gives: how often a stack was seen, and how long until it looked again. It samples idle threads, too. */
export const V8_VALUE_TYPES: readonly ValueType[] = [
	{ type: "samples", unit: "count" },
	{ type: "wall", unit: "nanoseconds" },
];

const NO_NODE = -1;
/** Times are doubles of microseconds: from here on they are nonsense, and no longer exact as nanoseconds. */
const LATEST_MICROSECONDS = Number.MAX_SAFE_INTEGER / 1000;

interface Node {
	readonly json: JsonValue;
	readonly frame: CallFrame;
	readonly hits: number;
	/** index of another node */
	parent: number;
}

/** A CPU profile of V8's inspector, gathered from one object or from a trace's chunks. Nothing in it is believed. */
export class V8Profile {
	readonly #nodes: Node[] = [];
	readonly #indexOfId = new Map<number, number>();
	/** what names a node's parent or its children; looked up when all nodes are known */
	readonly #links: { readonly node: number; readonly parent?: JsonValue; readonly children?: JsonValue }[] =
		[];
	/** index of each sample's node */
	readonly #samples: number[] = [];
	/** microseconds from the sample before, the first's from the start */
	readonly #deltas: number[] = [];
	#hits = 0;

	/** @param nodes `[{id, callFrame, hitCount?, parent?, children?}]` */
	addNodes(nodes: JsonValue): void {
		for (const json of nodes.items()) {
			const { id, callFrame, hitCount, parent, children } = json.fields(
				"id",
				"callFrame",
				"hitCount",
				"parent",
				"children",
			);
			const number = (id ?? json.fail("a node without an id")).integer();
			if (this.#indexOfId.has(number)) json.fail(`a second node ${number}`);
			const index = this.#nodes.length;
			this.#indexOfId.set(number, index);
			const hits = hitCount?.integer() ?? 0;
			if (hits < 0) hitCount?.fail("a negative count");
			this.#hits += hits;
			this.#nodes.push({
				json,
				frame: callFrameOf(callFrame ?? json.fail("a node without a callFrame")),
				hits,
				parent: NO_NODE,
			});
			if (parent !== undefined) this.#links.push({ node: index, parent });
			if (children !== undefined) this.#links.push({ node: index, children });
		}
	}

	/** @param samples ids of nodes that were added before */
	addSamples(samples: JsonValue): void {
		for (const id of samples.items()) this.#samples.push(this.#nodeOf(id));
	}

	addTimeDeltas(deltas: JsonValue): void {
		for (const delta of deltas.items()) {
			const microseconds = delta.number();
			if (Math.abs(microseconds) > LATEST_MICROSECONDS) delta.fail("no time that can be");
			this.#deltas.push(microseconds);
		}
	}

	/**
	 * Counts all samples. Where the nodes' hit counts say that each stands for many, these are the weights.
	 * @param builder made with V8_VALUE_TYPES
	 */
	addTo(builder: ProfileBuilder, { thread, start = 0, end }: V8Timing): void {
		const stacks = this.#stacksIn(builder);
		const moments = this.#momentsOf(start, end);
		if (this.#isCounted()) this.#addHits(builder, thread, stacks, moments);
		else {
			for (const [index, node] of this.#samples.entries()) {
				if (this.#isEnd(node)) continue;
				const duration = moments?.duration[index] ?? 0;
				builder.add(stacks[node], thread, [1, duration], moments?.time[index]);
			}
		}
	}

	/**
	 * V8's own hit counts add up to somewhat less than there are samples (those that begin and end a profile) or more (those
	 * that came too soon after another). It keeps samples up to a limit only; and files made of what was counted already
	 * have each stack once.
	 */
	#isCounted(): boolean {
		const counting = this.#samples.filter((node) => !this.#isEnd(node));
		const { length } = counting;
		return this.#hits > 2 * length || (this.#hits > length && new Set(counting).size === length);
	}

	/** A sample of nothing that does not count: it says until when the one before it lasted. */
	#isEnd(index: number): boolean {
		const { frame, parent, hits } = this.#nodes[index];
		return this.#hits > 0 && hits === 0 && parent === NO_NODE && frame.functionName === V8_ROOT;
	}

	#addHits(builder: ProfileBuilder, thread: number, stacks: Int32Array, moments: Moments | undefined): void {
		const wall = new Float64Array(this.#nodes.length);
		for (const [index, node] of this.#samples.entries()) wall[node] += moments?.duration[index] ?? 0;
		for (const [index, { hits, json }] of this.#nodes.entries()) {
			if (!Number.isSafeInteger(wall[index])) json.fail("more time than can be");
			if (hits > 0 || wall[index] > 0) builder.add(stacks[index], thread, [hits, wall[index]]);
		}
	}

	/** When each sample was taken and how long until the next; undefined where the source does not say. */
	#momentsOf(start: number, end: number | undefined): Moments | undefined {
		const { length } = this.#samples;
		if (this.#deltas.length < length || this.#deltas.length === 0) return undefined;
		const time = new Float64Array(length);
		let microseconds = start;
		for (let index = 0; index < length; index++) {
			microseconds += this.#deltas[index];
			time[index] = Math.max(0, Math.round(microseconds * 1000));
		}
		return { time, duration: durationsOf(time, Math.round((end ?? 0) * 1000)) };
	}

	/** The builder's stack of each node. */
	#stacksIn(builder: ProfileBuilder): Int32Array {
		this.#linkNodes();
		const stacks = new Int32Array(this.#nodes.length).fill(NO_NODE);
		const path: number[] = [];
		for (let index = 0; index < stacks.length; index++) {
			for (let at = index; at !== NO_NODE && stacks[at] === NO_NODE; at = this.#nodes[at].parent) {
				path.push(at);
				if (path.length > stacks.length) this.#nodes[at].json.fail("a node below itself");
			}
			for (let at = path.pop(); at !== undefined; at = path.pop()) {
				const { frame, parent } = this.#nodes[at];
				const caller = parent === NO_NODE ? EMPTY_STACK : stacks[parent];
				const isRoot = parent === NO_NODE && frame.functionName === V8_ROOT;
				stacks[at] = isRoot ? caller : builder.child(caller, builder.frame(frameOfV8(frame)));
			}
		}
		return stacks;
	}

	#linkNodes(): void {
		for (const { node, parent, children } of this.#links) {
			if (parent !== undefined) this.#link(node, this.#nodeOf(parent), parent);
			for (const id of children?.items() ?? []) this.#link(this.#nodeOf(id), node, id);
		}
	}

	#link(child: number, parent: number, json: JsonValue): void {
		const node = this.#nodes[child];
		if (node.parent !== NO_NODE && node.parent !== parent) json.fail("a node with two parents");
		node.parent = parent;
	}

	#nodeOf(id: JsonValue): number {
		return this.#indexOfId.get(id.integer()) ?? id.fail("no such node");
	}
}

/** Times in microseconds since the start of what the builder builds. */
export interface V8Timing {
	readonly thread: number;
	readonly start?: number;
	/** undefined: the source does not say */
	readonly end?: number | undefined;
}

/** Of each sample, in nanoseconds. */
interface Moments {
	/** since the start */
	readonly time: Float64Array;
	/** until the next one */
	readonly duration: Float64Array;
}

/** @param end of the last; times may go back a little */
function durationsOf(time: Float64Array, end: number): Float64Array {
	const isInOrder = time.every((at, index) => index === 0 || at >= time[index - 1]);
	const order = Uint32Array.from(time.keys());
	if (!isInOrder) order.sort((a, b) => time[a] - time[b] || a - b);
	const duration = new Float64Array(time.length);
	for (let place = 0; place < order.length; place++) {
		const at = time[order[place]];
		const next = place + 1 < order.length ? time[order[place + 1]] : Math.max(end, at);
		duration[order[place]] = Math.min(next - at, Number.MAX_SAFE_INTEGER);
	}
	return duration;
}

function callFrameOf(json: JsonValue): CallFrame {
	const { functionName, url, lineNumber } = json.fields("functionName", "url", "lineNumber");
	const line = lineNumber?.integer() ?? -1;
	return {
		functionName: functionName?.text() ?? "",
		url: url?.text() ?? "",
		lineNumber: line < -1 || line > 2 ** 31 ? -1 : line,
	};
}
