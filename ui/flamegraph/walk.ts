import type { Layout } from "../../profile/layout.ts";
import { boxAt, depthOf, parentBox, widestChildBox } from "../../profile/layout-view.ts";
import type { Range } from "./zoom.ts";

export type Direction = "caller" | "callee" | "left" | "right";

/** The part of a layout that can be walked: frames narrower than `narrowest` (in weight) cannot be seen. */
export interface Ground {
	layout: Layout;
	range: Range;
	narrowest: number;
}

/** @returns the box one step away that can be seen, or the same one where there is none */
export function step(ground: Ground, box: number, direction: Direction): number {
	const { layout } = ground;
	if (direction === "caller") return Math.max(parentBox(layout, box), 0);
	if (direction === "callee") return calleeOf(ground, box);
	return sideways(ground, box, direction === "left" ? -1 : 1);
}

function calleeOf(ground: Ground, box: number): number {
	const { layout, range } = ground;
	const child = widestChildBox(layout, box);
	if (child < 0) return box;
	if (isSeen(ground, child)) return child;
	// zoomed in: the widest callee may lie outside, the one in the middle of the view does not
	const middle = boxAt(layout, depthOf(layout, child), (range.from + range.to) / 2);
	return middle >= 0 && isSeen(ground, middle) && parentBox(layout, middle) === box ? middle : box;
}

function sideways(ground: Ground, box: number, by: 1 | -1): number {
	const { depthStart } = ground.layout;
	const depth = depthOf(ground.layout, box);
	for (let next = box + by; next >= depthStart[depth] && next < depthStart[depth + 1]; next += by) {
		if (isSeen(ground, next)) return next;
	}
	return box;
}

function isSeen({ layout, range, narrowest }: Ground, box: number): boolean {
	const left = Math.max(layout.x0[box], range.from);
	const right = Math.min(layout.x1[box], range.to);
	return right - left >= narrowest;
}
