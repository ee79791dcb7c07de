import type { CallTree } from "../../profile/call-tree.ts";
import { type Layout, layoutTree } from "../../profile/layout.ts";
import { type Matches, matchesIn } from "./matches.ts";
import { colorOf, ROOT_COLOR } from "./scheme.ts";

/** @returns the fill of each node, index into the scheme's */
export type Shade = (tree: CallTree) => (node: number) => number;

/** A call tree laid out and coloured: all that does not depend on where one looks. */
export interface Picture {
	tree: CallTree;
	layout: Layout;
	/** fill of a node */
	fill: (node: number) => number;
	/** null: nothing is searched */
	matches: Matches | null;
}

export interface PictureOptions {
	order: "name" | "weight";
	/** default: every function has its own colour */
	shade?: Shade;
}

/** @param marks 1 for each frame that a search found; null: no search */
export function pictureOf(
	tree: CallTree,
	{ order, shade = shadeByFunction }: PictureOptions,
	marks: Uint8Array | null,
): Picture {
	const picture: Picture = { tree, layout: layoutTree(tree, { order }), fill: shade(tree), matches: null };
	return withMatches(picture, marks);
}

export function withMatches(picture: Picture, marks: Uint8Array | null): Picture {
	return { ...picture, matches: marks === null ? null : matchesIn(picture.layout, picture.tree, marks) };
}

function shadeByFunction({ frames, frame }: CallTree): (node: number) => number {
	const colors = Uint8Array.from(frames, colorOf);
	return (node) => (node === 0 ? ROOT_COLOR : colors[frame[node]]);
}
