import type { CallTree } from "../../profile/call-tree.ts";
import type { Frame } from "../../profile/model.ts";
import type { SearchResult } from "../../profile/search.ts";

/** What a function is known by, whatever its lines. */
export type FunctionName = Pick<Frame, "name" | "module" | "kind">;

/** A function is found when any of its frames is. */
export function foundIn(tree: CallTree, { frames }: SearchResult): (entry: FunctionName) => boolean {
	const found = new Set<string>();
	for (const [index, frame] of tree.frames.entries()) {
		if (frames[index] === 1) found.add(`${frame.module}\n${frame.name}`);
	}
	return ({ module, name }) => found.has(`${module}\n${name}`);
}

/** @returns the node of a function with the greatest total weight; 0: it is not in the tree */
export function heaviestNode(tree: CallTree, { name, module, kind }: FunctionName): number {
	let heaviest = 0;
	for (let node = 1; node < tree.length; node += 1) {
		const frame = tree.frames[tree.frame[node]];
		if (frame.name !== name || frame.module !== module || frame.kind !== kind) continue;
		if (heaviest === 0 || tree.total[node] > tree.total[heaviest]) heaviest = node;
	}
	return heaviest;
}

/** One name for a function in a table that is drawn again and again. */
export function keyOf({ kind, module, name }: FunctionName): string {
	return `${kind}\n${module}\n${name}`;
}
