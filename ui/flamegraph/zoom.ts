import type { Layout } from "../../profile/layout.ts";
import { boxAt } from "../../profile/layout-view.ts";

/** A piece of the flamegraph from left to right, in units of weight. */
export interface Range {
	from: number;
	to: number;
}

/** A range said by a node and fractions of its box, so that it stays in its place while the tree grows. */
export interface Zoom {
	node: number;
	start: number;
	end: number;
}

export const WHOLE: Zoom = { node: 0, start: 0, end: 1 };

/** Narrower ranges would ask more of doubles than they can tell apart. */
const NARROWEST = 1e-9;

export function zoomOnNode(node: number): Zoom {
	return { node, start: 0, end: 1 };
}

export function isWhole({ node, start, end }: Zoom): boolean {
	return node === 0 && start <= 0 && end >= 1;
}

/** @returns the range of a zoom; of a node that has no box (no weight any more): everything */
export function rangeOf(layout: Layout, { node, start, end }: Zoom): Range {
	const box = layout.boxOfNode[node] ?? -1;
	if (box < 0) return { from: 0, to: layout.width };
	const width = layout.x1[box] - layout.x0[box];
	return { from: layout.x0[box] + width * start, to: layout.x0[box] + width * end };
}

/** Ties a range to the deepest box that holds all of it. */
export function zoomOf(layout: Layout, range: Range): Zoom {
	let holder = 0;
	for (let depth = 1; depth < layout.depths; depth += 1) {
		const box = boxAt(layout, depth, range.from);
		if (box < 0 || layout.x1[box] < range.to) break;
		holder = box;
	}
	const left = layout.x0[holder];
	const width = layout.x1[holder] - left || 1;
	const node = layout.node[holder];
	return { node, start: (range.from - left) / width, end: (range.to - left) / width };
}

/** @returns the range `factor` times as wide, with the point `at` kept in its place */
export function scaled(range: Range, factor: number, at: number, width: number): Range {
	const now = range.to - range.from;
	const next = Math.min(Math.max(now * factor, width * NARROWEST), width);
	const share = now > 0 ? (at - range.from) / now : 0;
	return within({ from: at - share * next, to: at - share * next + next }, width);
}

/** @returns the range moved sideways, stopped at both ends */
export function moved(range: Range, by: number, width: number): Range {
	return within({ from: range.from + by, to: range.to + by }, width);
}

function within({ from, to }: Range, width: number): Range {
	const size = Math.min(to - from, width);
	const left = Math.min(Math.max(from, 0), width - size);
	return { from: left, to: left + size };
}
