import { changeOf, type ProfileDiff } from "../diff/diff.ts";
import { changedFunctions } from "../diff/functions.ts";
import { proportionOf, widthTree } from "../diff/look.ts";
import { weightText } from "../weight-text.ts";
import type { DiffTitles } from "./diff.ts";
import { changeText, totalsText } from "./diff-text.ts";
import { type Figure, type FrameLooks, figureFileChunks } from "./svg-figure.ts";

/**
 * Orange against blue, which all kinds of colour blindness tell apart, through grey for what stayed; the further from
 * it the larger the change in proportion. Dark text is readable on all of them, and signs say the same as colours do.
 */
const COLOURS = {
	grown: ["hsl(32 45% 80%)", "hsl(30 80% 70%)", "hsl(26 95% 58%)"],
	shrunk: ["hsl(208 40% 82%)", "hsl(208 70% 74%)", "hsl(208 95% 66%)"],
	same: ["hsl(0 0% 84%)"],
} as const;
const SIGNS = { grown: "▲ ", shrunk: "▼ ", same: "" } as const;

/** A flamegraph of both profiles in one SVG file that needs nothing else. */
export function diffSvgChunks(diff: ProfileDiff, titles: DiffTitles): Generator<string> {
	return figureFileChunks(diffFigure(diff, titles));
}

/** What both have in one tree: a frame is as wide as the mean of its two shares (or the sum of its two weights). */
export function diffFigure(diff: ProfileDiff, { title, names }: DiffTitles): Figure {
	const width = diff.normalized ? "mean of both shares" : "both weights together";
	const colours = `${SIGNS.grown}orange grew, ${SIGNS.shrunk}blue shrank; stronger: by more of itself`;
	return {
		tree: widthTree(diff),
		title,
		note: `${totalsText(diff, names)}. Width: ${width}. ${colours}`,
		description: describe(diff, names),
		style: styleSheet(),
		looksOf: (node) => looksOf(diff, node),
	};
}

function looksOf(diff: ProfileDiff, node: number): FrameLooks {
	const frame = diff.frames[diff.frame[node]];
	const name = frame === undefined ? "all" : frame.name;
	const module = frame?.module ? ` (${frame.module})` : "";
	const [before, after] = [diff.base.total[node], diff.comparison.total[node]];
	const change = changeOf(diff, before, after);
	const { direction, step } = proportionOf(diff, before, after);
	const points = diff.normalized ? " points" : "";
	return {
		label: `${SIGNS[direction]}${name}`,
		tip: `${name}${module}: ${changeText(diff, change)}${points}; ${weightText(before)} to ${weightText(after)} ${diff.unit}`,
		classes: `${direction}${step}`,
	};
}

function styleSheet(): string {
	return Object.entries(COLOURS)
		.flatMap(([direction, colours]) =>
			colours.map((colour, step) => `.${direction}${step}:not(.match) rect{fill:${colour}}`),
		)
		.join("");
}

function describe(diff: ProfileDiff, names: DiffTitles["names"]): string {
	const most = changedFunctions(diff)
		.filter(({ selfChange }) => selfChange !== 0)
		.slice(0, 5)
		.map(({ name, selfChange }) => `${name} ${changeText(diff, selfChange)}`);
	const list =
		most.length === 0 ? "No self weight changed." : `Largest changes of self weight: ${most.join("; ")}.`;
	return `Flamegraph of two profiles, ${totalsText(diff, names)}. ${list}`;
}
