import type { CallTree } from "../call-tree.ts";
import { type Layout, layoutTree } from "../layout.ts";
import { MERGED, visibleBoxes } from "../layout-view.ts";
import { escapeMarkup } from "./markup.ts";
import { SVG_SCRIPT } from "./svg-script.ts";

const WIDTH = 1200;
/** left and right of the frames */
const EDGE = 10;
const HEADER = 52;
const ROW = 17;
const FRAME_HEIGHT = 16;
/** of the monospaced font, which spares measuring */
const CHARACTER_WIDTH = 7.25;
/** Frames narrower than this are drawn as grey runs. */
const MIN_PIXELS = 0.3;

/** What a frame of the figure says and looks like; texts are escaped by the figure. */
export interface FrameLooks {
	/** drawn in the frame, as far as there is room */
	readonly label: string;
	/** shown when it is pointed at, and searched */
	readonly tip: string;
	/** classes of the style sheet */
	readonly classes: string;
}

/** What is drawn as nested frames, root on top, each as wide as its node's total. */
export interface Figure {
	readonly tree: CallTree;
	readonly title: string;
	/** under the title: what the whole width stands for */
	readonly note: string;
	/** for those who do not see it */
	readonly description: string;
	/** colours of the classes */
	readonly style: string;
	looksOf(node: number): FrameLooks;
}

/**
 * A figure in one SVG file that needs nothing else. All is there without a script; with one, a click zooms and frames can
 * be searched. Frames too narrow to be seen are grey runs, as in every view.
 */
export function* figureFileChunks(figure: Figure): Generator<string> {
	yield '<?xml version="1.0" encoding="UTF-8"?>\n';
	yield* figureChunks(figure);
}

/** What a page that has the figure must allow: the text of its style element. */
export function figureStyle({ style }: Figure): string {
	return FIGURE_STYLE + style;
}

/** The svg element alone, its script in it. */
export function* figureChunks(figure: Figure): Generator<string> {
	const { tree, title, note, description } = figure;
	const layout = layoutTree(tree);
	const height = HEADER + layout.depths * ROW + EDGE;
	yield `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title description" data-edge="${EDGE}" data-character="${CHARACTER_WIDTH}">
<title id="title">${escapeMarkup(title)}</title>
<desc id="description">${escapeMarkup(description)}</desc>
<style>${figureStyle(figure)}</style>
<clipPath id="inside"><rect x="${EDGE}" width="${WIDTH - 2 * EDGE}" height="${height}"/></clipPath>
<rect class="paper" width="100%" height="100%"/>
<text class="heading" x="${EDGE}" y="20">${escapeMarkup(title.slice(0, 120))}</text>
<text class="note" x="${EDGE}" y="40">${escapeMarkup(note)}</text>
<text class="button" id="search" role="button" tabindex="0" x="${WIDTH - EDGE}" y="20" text-anchor="end">Search</text>
<text class="button" id="reset" role="button" tabindex="0" x="${WIDTH - 80}" y="20" text-anchor="end">Reset zoom</text>
<text class="note" id="found" role="status" x="${WIDTH - EDGE}" y="40" text-anchor="end"></text>
`;
	yield* frameChunks(figure, layout);
	yield `<script>${escapeMarkup(SVG_SCRIPT)}</script>\n</svg>\n`;
}

function* frameChunks(figure: Figure, layout: Layout): Generator<string> {
	const frames: string[] = [];
	const runs: string[] = [];
	const view = { from: 0, to: layout.width, width: WIDTH - 2 * EDGE, depthFrom: 0, depthTo: layout.depths };
	visibleBoxes(layout, { ...view, minPixels: MIN_PIXELS }, (box, depth, left, right) => {
		const place = { x: EDGE + left, y: HEADER + depth * ROW, width: right - left };
		if (box === MERGED) runs.push(runPath(place));
		else frames.push(frameGroup(figure.looksOf(layout.node[box]), place));
	});
	// One path for all of them: there may be hundreds in each row.
	yield `<g clip-path="url(#inside)"><g id="merged"><title>Frames too narrow to be drawn</title><path d="${runs.join("")}"/></g></g>\n`;
	yield* frames;
}

interface Place {
	readonly x: number;
	readonly y: number;
	readonly width: number;
}

function runPath({ x, y, width }: Place): string {
	const length = round(Math.max(width, MIN_PIXELS));
	return `M${round(x)} ${y}h${length}v${FRAME_HEIGHT}h-${length}z`;
}

function frameGroup({ label, tip, classes }: FrameLooks, { x, y, width }: Place): string {
	const rect = `x="${round(x)}" y="${y}" width="${round(width)}" height="${FRAME_HEIGHT}"`;
	const shown = fit(label, width);
	const text = shown === "" ? "" : `<text x="${round(x + 3)}" y="${y + 12}">${escapeMarkup(shown)}</text>`;
	return `<g class="frame ${classes}" data-name="${escapeMarkup(label)}"><title>${escapeMarkup(tip)}</title><rect ${rect}/>${text}</g>\n`;
}

/** The part of a name that has room, with an ellipsis where it was cut; empty when hardly any has. */
function fit(name: string, width: number): string {
	const fits = Math.floor((width - 6) / CHARACTER_WIDTH);
	if (fits < 3) return "";
	const letters = [...name];
	return letters.length <= fits ? name : `${letters.slice(0, fits - 1).join("")}…`;
}

const FIGURE_STYLE = `
text{font:12px ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;fill:#151515}
:root{color-scheme:light dark;background:#fff}.paper{fill:#fff}.heading{font-weight:bold;font-size:14px}.note{fill:#4d4d4d}.button{display:none;fill:#0a58ca;cursor:pointer;text-decoration:underline}
.frame{cursor:pointer}.frame text{pointer-events:none;white-space:pre}.frame:hover rect{stroke:#151515;stroke-width:1}
.root rect{fill:#d2d2d2}#merged{fill:#a3a3a3}
.frame.match rect{fill:#d946ef}
@media (prefers-color-scheme:dark){:root{background:#151515}.paper{fill:#151515}.heading{fill:#fff}.note{fill:#c7c7c7}.button{fill:#92c5f9}.frame:hover rect{stroke:#fff}}
`;

function round(pixels: number): number {
	return Math.round(pixels * 100) / 100;
}
