import type { CallTree } from "./call-tree.ts";
import type { Frame } from "./model.ts";

export interface SearchResult {
	/** 1 for each frame of the tree that matches */
	readonly frames: Uint8Array;
	/** weight of samples with a match in their stack, each sample counted once */
	readonly weight: number;
	/** nodes whose frame matches, those without weight left out */
	readonly nodes: number;
}

/**
 * Finds frames by name or module.
 * @param query text anywhere in name or module, upper and lower case alike; or an expression tried on each of both.
 * The empty text finds nothing.
 */
export function searchFrames(tree: CallTree, query: string | RegExp): SearchResult {
	const matches = matcherOf(query);
	const frames = Uint8Array.from(tree.frames, (frame) => (matches(frame) ? 1 : 0));
	const below = new Uint8Array(tree.length);
	let weight = 0;
	let nodes = 0;
	for (let node = 1; node < tree.length; node++) {
		const parentMatched = below[tree.parent[node]];
		const matched = frames[tree.frame[node]];
		below[node] = parentMatched | matched;
		if (matched === 0 || tree.total[node] === 0) continue;
		nodes++;
		if (parentMatched === 0) weight += tree.total[node];
	}
	return { frames, weight, nodes };
}

function matcherOf(query: string | RegExp): (frame: Frame) => boolean {
	if (typeof query === "string") {
		if (query === "") return () => false;
		const lower = query.toLowerCase();
		return ({ name, module }) => name.toLowerCase().includes(lower) || module.toLowerCase().includes(lower);
	}
	// Without the flags that make an expression remember where it stopped.
	const expression = new RegExp(query.source, query.flags.replace(/[gy]/g, ""));
	return ({ name, module }) => expression.test(name) || expression.test(module);
}
