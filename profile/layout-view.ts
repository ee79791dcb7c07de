import type { Layout } from "./layout.ts";

/** The part of a layout that is on the screen. */
export interface View {
	/** left and right end, in units of weight */
	readonly from: number;
	readonly to: number;
	/** between them, in pixels */
	readonly width: number;
	/** first depth, and the one after the last */
	readonly depthFrom: number;
	readonly depthTo: number;
	/** frames narrower than this are merged; default 0.5 */
	readonly minPixels?: number;
}

/** Stands for a run of merged frames in place of a box. */
export const MERGED = -1;

/**
 * Takes one rectangle to draw. `left` and `right` are pixels, cut to the view.
 * `box` is MERGED for a run of frames each too narrow to be seen: to be drawn grey, and at least `minPixels` wide.
 */
export type EmitBox = (box: number, depth: number, left: number, right: number) => void;

/**
 * Emits what is to be drawn of a view, by depth, then from left to right. Costs what is seen, not what there is: at
 * most about two rectangles for each pixel of a row. No frame is left out: narrow ones come as merged runs.
 */
export function visibleBoxes(layout: Layout, view: View, emit: EmitBox): void {
	const depthTo = Math.min(view.depthTo, layout.depths);
	if (!(view.to > view.from && view.width > 0)) return;
	for (let depth = Math.max(view.depthFrom, 0); depth < depthTo; depth++) emitRow(layout, view, depth, emit);
}

function emitRow(layout: Layout, view: View, depth: number, emit: EmitBox): void {
	const { x0, x1, depthStart } = layout;
	const { from, to } = view;
	const scale = view.width / (to - from);
	const narrow = (view.minPixels ?? 0.5) / scale;
	const end = depthStart[depth + 1];
	const pixel = (x: number): number => (Math.min(Math.max(x, from), to) - from) * scale;
	let runStart = Number.NaN;
	let runEnd = Number.NaN;
	const flush = (): void => {
		if (!Number.isNaN(runStart)) emit(MERGED, depth, pixel(runStart), pixel(runEnd));
		runStart = Number.NaN;
	};
	let box = firstEndingAfter(x1, from, depthStart[depth], end);
	while (box < end && x0[box] < to) {
		if (x1[box] - x0[box] >= narrow) {
			flush();
			emit(box, depth, pixel(x0[box]), pixel(x1[box]));
			box++;
			continue;
		}
		if (Number.isNaN(runStart) || x0[box] - runEnd >= narrow) {
			flush();
			runStart = x0[box];
		}
		const next = Math.max(firstEndingAfter(x1, x0[box] + narrow, box + 1, end), box + 1);
		runEnd = x1[next - 1];
		box = next;
	}
	flush();
}

/** @returns the box of this depth at `x` (in units of weight), MERGED when there is none */
export function boxAt(layout: Layout, depth: number, x: number): number {
	if (!(depth >= 0 && depth < layout.depths)) return MERGED;
	const end = layout.depthStart[depth + 1];
	const box = firstEndingAfter(layout.x1, x, layout.depthStart[depth], end);
	return box < end && layout.x0[box] <= x ? box : MERGED;
}

export function depthOf(layout: Layout, box: number): number {
	let low = 0;
	let high = layout.depths - 1;
	while (low < high) {
		const middle = (low + high + 1) >>> 1;
		if (layout.depthStart[middle] <= box) low = middle;
		else high = middle - 1;
	}
	return low;
}

/** @returns the box below (its caller), -1 for the root */
export function parentBox(layout: Layout, box: number): number {
	return box === 0 ? -1 : boxAt(layout, depthOf(layout, box) - 1, layout.x0[box]);
}

/** @returns the leftmost box above (what it calls), -1 when it calls nothing */
export function firstChildBox(layout: Layout, box: number): number {
	const child = boxAt(layout, depthOf(layout, box) + 1, layout.x0[box]);
	return child >= 0 && layout.x1[child] <= layout.x1[box] ? child : -1;
}

/** @returns the widest box above, -1 when it calls nothing */
export function widestChildBox(layout: Layout, box: number): number {
	const first = firstChildBox(layout, box);
	if (first < 0) return -1;
	const end = layout.depthStart[depthOf(layout, first) + 1];
	let widest = first;
	for (let child = first + 1; child < end && layout.x0[child] < layout.x1[box]; child++) {
		if (widthOf(layout, child) > widthOf(layout, widest)) widest = child;
	}
	return widest;
}

function widthOf(layout: Layout, box: number): number {
	return layout.x1[box] - layout.x0[box];
}

/** @returns the first box of [low, high) whose right end is greater than `x`, else `high`; right ends ascend */
function firstEndingAfter(x1: Float64Array, x: number, low: number, high: number): number {
	// Galloping first: what is looked for is mostly near, and then a row costs what it shows.
	let step = 1;
	let begin = low;
	while (begin + step < high && x1[begin + step] <= x) {
		begin += step;
		step *= 2;
	}
	let end = Math.min(begin + step, high);
	while (begin < end) {
		const middle = (begin + end) >>> 1;
		if (x1[middle] <= x) begin = middle + 1;
		else end = middle;
	}
	return begin;
}
