import type { CallTree } from "../call-tree.ts";
import { type Layout, layoutTree } from "../layout.ts";
import { MERGED, visibleBoxes } from "../layout-view.ts";
import { topFunctions } from "../top.ts";
import { percentText, weightText } from "../weight-text.ts";
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
const SHADES = 6;
/** Hue and saturation for each kind of frame; dark text is readable on all shades. */
const COLOURS = { user: "28 85%", kernel: "205 65%", jit: "135 45%", unknown: "0 0%" } as const;

/**
 * A flamegraph (root on top) in one SVG file that needs nothing else. All is there without a script; with one, a click
 * zooms and frames can be searched. Frames too narrow to be seen are grey runs, as in every view.
 */
export function* svgChunks(tree: CallTree, title: string): Generator<string> {
	const layout = layoutTree(tree);
	const height = HEADER + layout.depths * ROW + EDGE;
	const total = `${weightText(layout.width)} ${tree.unit}`;
	yield `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title description" data-edge="${EDGE}" data-character="${CHARACTER_WIDTH}">
<title id="title">${escapeMarkup(title)}</title>
<desc id="description">${escapeMarkup(describe(tree, total))}</desc>
<style>${styleSheet()}</style>
<clipPath id="inside"><rect x="${EDGE}" width="${WIDTH - 2 * EDGE}" height="${height}"/></clipPath>
<rect class="paper" width="100%" height="100%"/>
<text class="heading" x="${EDGE}" y="20">${escapeMarkup(title.slice(0, 120))}</text>
<text class="note" x="${EDGE}" y="40">${escapeMarkup(total)}</text>
<text class="button" id="search" role="button" tabindex="0" style="display:none" x="${WIDTH - EDGE}" y="20" text-anchor="end">Search</text>
<text class="button" id="reset" role="button" tabindex="0" style="display:none" x="${WIDTH - 80}" y="20" text-anchor="end">Reset zoom</text>
<text class="note" id="found" role="status" x="${WIDTH - EDGE}" y="40" text-anchor="end"></text>
`;
	yield* frameChunks(tree, layout);
	yield `<script>${escapeMarkup(SVG_SCRIPT)}</script>\n</svg>\n`;
}

function* frameChunks(tree: CallTree, layout: Layout): Generator<string> {
	const frames: string[] = [];
	const runs: string[] = [];
	const view = { from: 0, to: layout.width, width: WIDTH - 2 * EDGE, depthFrom: 0, depthTo: layout.depths };
	visibleBoxes(layout, { ...view, minPixels: MIN_PIXELS }, (box, depth, left, right) => {
		const place = { x: EDGE + left, y: HEADER + depth * ROW, width: right - left };
		if (box === MERGED) runs.push(runPath(place));
		else frames.push(frameGroup(tree, layout.node[box], place));
	});
	// One path for all of them: there may be hundreds in each row.
	yield `<g clip-path="url(#inside)"><g id="merged"><title>Frames too narrow to be drawn</title><path d="${runs.join("")}"/></g></g>\n`;
	yield* frames;
}

function runPath({ x, y, width }: Place): string {
	const length = round(Math.max(width, MIN_PIXELS));
	return `M${round(x)} ${y}h${length}v${FRAME_HEIGHT}h-${length}z`;
}

interface Place {
	readonly x: number;
	readonly y: number;
	readonly width: number;
}

function frameGroup(tree: CallTree, node: number, place: Place): string {
	const frame = tree.frames[tree.frame[node]];
	const name = frame === undefined ? "all" : frame.name;
	const shade = frame === undefined ? "root" : `${frame.kind} s${shadeOf(frame.name)}`;
	const share = percentText(tree.total[node], tree.total[0]);
	const module = frame?.module ? ` (${frame.module})` : "";
	const tip = `${name}${module}: ${weightText(tree.total[node])} ${tree.unit}, ${share}%; self ${weightText(tree.self[node])}`;
	const rect = `x="${round(place.x)}" y="${place.y}" width="${round(place.width)}" height="${FRAME_HEIGHT}"`;
	const label = fit(name, place.width);
	const text =
		label === "" ? "" : `<text x="${round(place.x + 3)}" y="${place.y + 12}">${escapeMarkup(label)}</text>`;
	return `<g class="frame ${shade}" data-name="${escapeMarkup(name)}"><title>${escapeMarkup(tip)}</title><rect ${rect}/>${text}</g>\n`;
}

/** The part of a name that has room, with an ellipsis where it was cut; empty when hardly any has. */
function fit(name: string, width: number): string {
	const fits = Math.floor((width - 6) / CHARACTER_WIDTH);
	if (fits < 3) return "";
	const letters = [...name];
	return letters.length <= fits ? name : `${letters.slice(0, fits - 1).join("")}…`;
}

/** One function has one shade wherever it stands. */
function shadeOf(name: string): number {
	let hash = 0;
	for (let index = 0; index < name.length; index++) hash = (Math.imul(hash, 31) + name.charCodeAt(index)) | 0;
	return (hash >>> 0) % SHADES;
}

function styleSheet(): string {
	const fills = Object.entries(COLOURS).flatMap(([kind, colour]) =>
		Array.from(
			{ length: SHADES },
			(_, shade) => `.${kind}.s${shade} rect{fill:hsl(${colour} ${62 + shade * 4}%)}`,
		),
	);
	return `
text{font:12px ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;fill:#151515}
:root{color-scheme:light dark;background:#fff}.paper{fill:#fff}.heading{font-weight:bold;font-size:14px}.note{fill:#4d4d4d}.button{fill:#0a58ca;cursor:pointer;text-decoration:underline}
.frame{cursor:pointer}.frame text{pointer-events:none;white-space:pre}.frame:hover rect{stroke:#151515;stroke-width:1}
.root rect{fill:#d2d2d2}#merged{fill:#a3a3a3}
${fills.join("")}
.frame.match rect{fill:#d946ef}
@media (prefers-color-scheme:dark){:root{background:#151515}.paper{fill:#151515}.heading{fill:#fff}.note{fill:#c7c7c7}.button{fill:#92c5f9}.frame:hover rect{stroke:#fff}}
`;
}

function describe(tree: CallTree, total: string): string {
	const heaviest = topFunctions(tree)
		.slice(0, 5)
		.map(({ name, self }) => `${name} ${percentText(self, tree.total[0])}%`);
	const list = heaviest.length === 0 ? "It has no samples." : `Most self weight: ${heaviest.join("; ")}.`;
	return `Flamegraph of ${total}. ${list}`;
}

function round(pixels: number): number {
	return Math.round(pixels * 100) / 100;
}
