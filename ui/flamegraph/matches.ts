import type { CallTree } from "../../profile/call-tree.ts";
import type { Layout } from "../../profile/layout.ts";

/** What a search found, in the form that painting needs. */
export interface Matches {
	/** 1 for each frame found */
	frames: Uint8Array;
	/** how many boxes before each box are found; one more entry than boxes */
	before: Int32Array;
}

export function matchesIn(layout: Layout, tree: CallTree, frames: Uint8Array): Matches {
	const before = new Int32Array(layout.length + 1);
	for (let box = 0; box < layout.length; box += 1) {
		const frame = tree.frame[layout.node[box]];
		before[box + 1] = before[box] + (frame < 0 ? 0 : frames[frame]);
	}
	return { frames, before };
}
