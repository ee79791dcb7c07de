import type { FrameKind } from "../../contract/frame-kind.ts";
import type { Change } from "../../profile/diff/look.ts";
import type { Frame } from "../../profile/model.ts";

/** What a flamegraph is painted with; `fills` are looked up by `colorOf`. */
export interface Scheme {
	fills: readonly string[];
	text: string;
	/** runs of frames too narrow to be drawn one by one */
	merged: string;
	match: string;
	/** a merged run with a match in it */
	mergedMatch: string;
	matchText: string;
	/** while something is searched: all that does not match */
	faded: string;
	fadedText: string;
	/** two rings around the frame with the focus: one of them is seen on any fill */
	ring: readonly [string, string];
	hover: string;
}

const SHADES = 4;

/** Hues by kind: each module of the user's code gets one of several. */
const HUES: Record<FrameKind, readonly number[]> = {
	user: [26, 42, 16, 50, 34, 21],
	jit: [150, 165, 135],
	kernel: [215, 228],
	unknown: [60],
};

const KINDS = Object.keys(HUES) as FrameKind[];
const FIRST = new Map<FrameKind, number>();
let fillCount = 0;
for (const kind of KINDS) {
	FIRST.set(kind, fillCount);
	fillCount += HUES[kind].length * SHADES;
}
/** The root's fill comes after those of all functions. */
export const ROOT_COLOR = fillCount;

const CHANGE_STEPS = 3;

/** Fills of changes come last: from what shrank most to what grew most. */
export function colorOfChange({ direction, step }: Change): number {
	const unchanged = ROOT_COLOR + 1 + CHANGE_STEPS;
	if (direction === "same") return unchanged;
	return direction === "grown" ? unchanged + 1 + step : unchanged - 1 - step;
}

/** The same function has the same colour in every profile. */
export function colorOf({ kind, module, name }: Frame): number {
	const hue = hash(module) % HUES[kind].length;
	return (FIRST.get(kind) ?? 0) + hue * SHADES + (hash(name) % SHADES);
}

/** A kind's typical fill, for the legend. */
export function fillOfKind(scheme: Scheme, kind: FrameKind): string {
	return scheme.fills[(FIRST.get(kind) ?? 0) + 1];
}

export const LIGHT: Scheme = {
	fills: [
		...fills({ user: 88, other: 58, unknown: 18, from: 66, step: 5 }),
		"hsl(30 12% 86%)",
		...changes(90, 62),
	],
	text: "#1a1612",
	merged: "#a8a29b",
	match: "#6a1fb0",
	mergedMatch: "#bfa0d8",
	matchText: "#ffffff",
	faded: "#e8e4df",
	fadedText: "#4d4741",
	ring: ["#000000", "#ffffff"],
	hover: "rgb(0 0 0 / 18%)",
};

export const DARK: Scheme = {
	fills: [
		...fills({ user: 62, other: 42, unknown: 14, from: 24, step: 2.2 }),
		"hsl(30 6% 26%)",
		...changes(27, 34),
	],
	text: "#fbf7f2",
	merged: "#6e6862",
	match: "#d9b3ff",
	mergedMatch: "#7d619b",
	matchText: "#1c0033",
	faded: "#322f2c",
	fadedText: "#c4beb7",
	ring: ["#ffffff", "#000000"],
	hover: "rgb(255 255 255 / 22%)",
};

/** The page's colours, as its style sheet says them in `--fp-scheme`. */
export function schemeOf(element: Element): Scheme {
	return getComputedStyle(element).getPropertyValue("--fp-scheme").trim() === "dark" ? DARK : LIGHT;
}

interface Tones {
	user: number;
	other: number;
	unknown: number;
	/** lightness of the first shade, and how much lighter each next one is */
	from: number;
	step: number;
}

function fills({ user, other, unknown, from, step }: Tones): string[] {
	return KINDS.flatMap((kind) => {
		const saturation = kind === "user" ? user : kind === "unknown" ? unknown : other;
		return HUES[kind].flatMap((hue) =>
			Array.from({ length: SHADES }, (_, shade) => `hsl(${hue} ${saturation}% ${from + shade * step}%)`),
		);
	});
}

/** Blue for what shrank, orange for what grew: told apart also by those who do not tell red from green. */
function changes(none: number, most: number): string[] {
	return Array.from({ length: 2 * CHANGE_STEPS + 1 }, (_, index) => {
		const step = index - CHANGE_STEPS;
		const part = Math.abs(step) / CHANGE_STEPS;
		return `hsl(${step < 0 ? 208 : 26} ${85 * part}% ${none + (most - none) * part}%)`;
	});
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
	let value = 0x811c9dc5;
	for (let index = 0; index < text.length; index += 1) {
		value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
	}
	return value >>> 0;
}
