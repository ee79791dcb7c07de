import type { CallTree } from "../../profile/call-tree.ts";
import { type Layout, layoutTree } from "../../profile/layout.ts";
import { type Matches, matchesIn } from "./matches.ts";
import { colorOf } from "./scheme.ts";

/** A call tree laid out and coloured: all that does not depend on where one looks. */
export interface Picture {
	tree: CallTree;
	layout: Layout;
	/** fill of each frame, index into the scheme's */
	colors: Uint8Array;
	/** null: nothing is searched */
	matches: Matches | null;
}

/** @param marks 1 for each frame that a search found; null: no search */
export function pictureOf(tree: CallTree, order: "name" | "weight", marks: Uint8Array | null): Picture {
	const picture: Picture = {
		tree,
		layout: layoutTree(tree, { order }),
		colors: Uint8Array.from(tree.frames, colorOf),
		matches: null,
	};
	return withMatches(picture, marks);
}

export function withMatches(picture: Picture, marks: Uint8Array | null): Picture {
	return { ...picture, matches: marks === null ? null : matchesIn(picture.layout, picture.tree, marks) };
}
