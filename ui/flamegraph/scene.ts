import { boxAt } from "../../profile/layout-view.ts";
import type { Picture } from "./picture.ts";
import type { Scheme } from "./scheme.ts";
import type { Range } from "./zoom.ts";

/** Height of a row, its gap included. */
export const ROW = 20;

/** A picture, and how it is looked at. Lengths in CSS pixels. */
export interface Scene extends Picture {
	scheme: Scheme;
	range: Range;
	width: number;
	height: number;
	scrollTop: number;
	/** height of all rows; more than `height` where the graph scrolls */
	content: number;
	/** the root stands at the top and callees hang below it */
	rootOnTop: boolean;
	/** box with the keyboard's focus, and box under the pointer; -1: none */
	focus: number;
	hover: number;
	/** of one character */
	charWidth: number;
}

/** The rows that are on the screen: the first, and the one after the last. */
export function visibleDepths({ scrollTop, height, content, rootOnTop, layout }: Scene) {
	const top = rootOnTop ? scrollTop : content - scrollTop - height;
	return {
		depthFrom: Math.max(Math.floor(top / ROW), 0),
		depthTo: Math.min(Math.ceil((top + height) / ROW), layout.depths),
	};
}

/** @returns where a row begins on the canvas */
export function topOf(scene: Pick<Scene, "scrollTop" | "content" | "rootOnTop">, depth: number): number {
	const top = scene.rootOnTop ? depth * ROW : scene.content - (depth + 1) * ROW;
	return top - scene.scrollTop;
}

/** On the canvas, in CSS pixels. */
export interface Point {
	x: number;
	y: number;
}

/** @returns the weight at a point of the canvas, counted from the left end of the root */
export function weightAt({ range, width }: Scene, x: number): number {
	return range.from + (x / width) * (range.to - range.from);
}

/** @returns the box under a point of the canvas, -1 for none */
export function boxUnder(scene: Scene, { x, y }: Point): number {
	const { scrollTop, rootOnTop, content, layout } = scene;
	const row = (rootOnTop ? y + scrollTop : content - y - scrollTop) / ROW;
	return boxAt(layout, Math.floor(row), weightAt(scene, x));
}

/** @returns how far to scroll for a row to be seen; 0 when it is */
export function scrollToRow(scene: Scene, depth: number): number {
	const top = topOf(scene, depth);
	return top < 0 ? top : Math.max(top + ROW - scene.height, 0);
}

/** @returns the middle of what is seen of a node, in weight */
export function middleOf({ layout, range }: Scene, node: number): number {
	const box = Math.max(layout.boxOfNode[node], 0);
	return (Math.max(layout.x0[box], range.from) + Math.min(layout.x1[box], range.to)) / 2;
}
