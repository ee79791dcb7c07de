import type { CallTree } from "../../profile/call-tree.ts";
import { cleanText } from "../../profile/frame-name.ts";
import { boxAt, depthOf, MERGED, visibleBoxes } from "../../profile/layout-view.ts";
import { ROW, type Scene, topOf, visibleDepths } from "./scene.ts";

export const FONT = "12px ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace";

interface Piece {
	left: number;
	top: number;
	width: number;
	box: number;
}

export function paint(context: CanvasRenderingContext2D, scene: Scene): void {
	context.clearRect(0, 0, scene.width, scene.height);
	const groups = collect(scene);
	for (const [fill, pieces] of groups) {
		context.fillStyle = fill;
		for (const { left, top, width } of pieces) context.fillRect(left, top, width, ROW - 1);
	}
	paintLabels(context, scene, groups);
	outline(context, scene, scene.hover, [scene.scheme.hover]);
	outline(context, scene, scene.focus, scene.scheme.ring);
}

/** Rectangles by fill, so that the fill changes seldom. */
function collect(scene: Scene): Map<string, Piece[]> {
	const groups = new Map<string, Piece[]>();
	const view = { ...scene.range, width: scene.width, ...visibleDepths(scene) };
	visibleBoxes(scene.layout, view, (box, depth, left, right) => {
		const fill = fillOf(scene, box, { depth, left, right });
		// half a pixel of gap between wide neighbours; narrow ones and runs need all they have
		const gap = box !== MERGED && right - left > 3 ? 0.5 : 0;
		const width = Math.max(right - left - gap, 0.5);
		const piece = { left, top: topOf(scene, depth), width, box };
		const group = groups.get(fill);
		if (group === undefined) groups.set(fill, [piece]);
		else group.push(piece);
	});
	return groups;
}

interface Place {
	depth: number;
	left: number;
	right: number;
}

function fillOf(scene: Scene, box: number, place: Place): string {
	const { scheme, matches, layout, tree, fill } = scene;
	if (box === MERGED)
		return matches && runMatches(scene, matches.before, place) ? scheme.mergedMatch : scheme.merged;
	const node = layout.node[box];
	if (matches === null) return scheme.fills[fill(node)];
	const frame = tree.frame[node];
	return frame >= 0 && matches.frames[frame] === 1 ? scheme.match : scheme.faded;
}

/** Does any frame of a merged run match? Then the run is marked like a match, so that none is overlooked. */
function runMatches(scene: Scene, before: Int32Array, { depth, left, right }: Place): boolean {
	const { layout, range, width } = scene;
	const unit = (range.to - range.from) / width;
	const first = boxAt(layout, depth, range.from + left * unit);
	const last = boxAt(layout, depth, range.from + right * unit);
	const start = first < 0 ? layout.depthStart[depth] : first;
	const end = last < 0 ? layout.depthStart[depth + 1] : last + 1;
	return before[end] > before[start];
}

const LEAST_LABEL = 24;
const PADDING = 4;

function paintLabels(context: CanvasRenderingContext2D, scene: Scene, groups: Map<string, Piece[]>): void {
	const { scheme, charWidth, tree, layout } = scene;
	context.font = FONT;
	context.textBaseline = "middle";
	for (const [fill, pieces] of groups) {
		context.fillStyle =
			fill === scheme.match ? scheme.matchText : fill === scheme.faded ? scheme.fadedText : scheme.text;
		for (const { box, left, top, width } of pieces) {
			if (box === MERGED || width < LEAST_LABEL) continue;
			const label = labelOf(tree, layout.node[box]);
			const room = Math.floor((width - 2 * PADDING) / charWidth);
			const text = label.length <= room ? label : room < 3 ? "" : `${label.slice(0, room - 1)}…`;
			if (text === "") continue;
			// the width given cuts what is no plain letter and therefore wider than reckoned
			context.fillText(text, left + PADDING, top + (ROW - 1) / 2 + 0.5, width - 2 * PADDING);
		}
	}
}

function outline(
	context: CanvasRenderingContext2D,
	scene: Scene,
	box: number,
	colors: readonly string[],
): void {
	if (box < 0) return;
	const { layout, range, width } = scene;
	const scale = width / (range.to - range.from);
	const left = Math.max((layout.x0[box] - range.from) * scale, 0);
	const right = Math.min((layout.x1[box] - range.from) * scale, width);
	if (right <= 0 || left >= width) return;
	const top = topOf(scene, depthOf(layout, box));
	for (const [index, color] of colors.entries()) {
		// an outer ring of two pixels and, right inside of it, one of one
		context.lineWidth = 2 - index;
		const inset = 1 + index * 1.5;
		context.strokeStyle = color;
		context.strokeRect(left + inset, top + inset, Math.max(right - left - 2 * inset, 1), ROW - 1 - 2 * inset);
	}
}

function labelOf({ frames, frame }: CallTree, node: number): string {
	return node === 0 ? "all" : cleanText(frames[frame[node]].name);
}
