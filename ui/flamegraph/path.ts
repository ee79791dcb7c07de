import type { CallTree } from "../../profile/call-tree.ts";
import type { Frame } from "../../profile/model.ts";

/** The frames of a node from the root on, without the root itself. */
export function pathOf(tree: CallTree, node: number): Frame[] {
	const path: Frame[] = [];
	for (let at = node; at > 0; at = tree.parent[at]) path.push(tree.frames[tree.frame[at]]);
	return path.reverse();
}

/** @returns the node at the end of the path, or of as much of it as this tree has; 0 for none of it */
function findPath(tree: CallTree, path: readonly Frame[]): number {
	let found = 0;
	let depth = 0;
	// parents come before their children: one pass finds the whole path
	for (let node = 1; node < tree.length && depth < path.length; node += 1) {
		if (tree.parent[node] !== found || !isSame(tree.frames[tree.frame[node]], path[depth])) continue;
		found = node;
		depth += 1;
	}
	return found;
}

/** @returns the node of `next` that stands where `node` stands in `previous` */
export function carryOver(previous: CallTree, next: CallTree, node: number): number {
	// a growing tree keeps its frames and its numbers
	if (previous.frames === next.frames && next.length >= previous.length) return node;
	return node === 0 ? 0 : findPath(next, pathOf(previous, node));
}

function isSame(a: Frame, b: Frame): boolean {
	return (
		a.name === b.name && a.module === b.module && a.kind === b.kind && a.line === b.line && a.file === b.file
	);
}
