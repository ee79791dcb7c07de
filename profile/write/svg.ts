import type { CallTree } from "../call-tree.ts";
import { topFunctions } from "../top.ts";
import { percentText, weightText } from "../weight-text.ts";
import { type FrameLooks, figureFileChunks } from "./svg-figure.ts";

const SHADES = 6;
/** Hue and saturation for each kind of frame; dark text is readable on all shades. */
const COLOURS = { user: "28 85%", kernel: "205 65%", jit: "135 45%", unknown: "0 0%" } as const;

/** A flamegraph (root on top) in one SVG file that needs nothing else. */
export function svgChunks(tree: CallTree, title: string): Generator<string> {
	const note = `${weightText(tree.total[0])} ${tree.unit}`;
	return figureFileChunks({
		tree,
		title,
		note,
		description: describe(tree, note),
		style: shades(),
		looksOf: (node) => looksOf(tree, node),
	});
}

function looksOf(tree: CallTree, node: number): FrameLooks {
	const frame = tree.frames[tree.frame[node]];
	const label = frame === undefined ? "all" : frame.name;
	const share = percentText(tree.total[node], tree.total[0]);
	const module = frame?.module ? ` (${frame.module})` : "";
	return {
		label,
		tip: `${label}${module}: ${weightText(tree.total[node])} ${tree.unit}, ${share}%; self ${weightText(tree.self[node])}`,
		classes: frame === undefined ? "root" : `${frame.kind} s${shadeOf(frame.name)}`,
	};
}

/** One function has one shade wherever it stands. */
function shadeOf(name: string): number {
	let hash = 0;
	for (let index = 0; index < name.length; index++) hash = (Math.imul(hash, 31) + name.charCodeAt(index)) | 0;
	return (hash >>> 0) % SHADES;
}

function shades(): string {
	return Object.entries(COLOURS)
		.flatMap(([kind, colour]) =>
			Array.from(
				{ length: SHADES },
				(_, shade) => `.${kind}.s${shade}:not(.match) rect{fill:hsl(${colour} ${62 + shade * 4}%)}`,
			),
		)
		.join("");
}

function describe(tree: CallTree, total: string): string {
	const heaviest = topFunctions(tree)
		.slice(0, 5)
		.map(({ name, self }) => `${name} ${percentText(self, tree.total[0])}%`);
	const list = heaviest.length === 0 ? "It has no samples." : `Most self weight: ${heaviest.join("; ")}.`;
	return `Flamegraph of ${total}. ${list}`;
}
