import { FRAME_KINDS } from "../../contract/frame-kind.ts";
import type { CallTree } from "../../profile/call-tree.ts";
import { fillOfKind, type Scheme, schemeOf } from "../flamegraph/scheme.ts";
import { KIND_WORDS } from "./describe.ts";
import { element } from "./dom.ts";

/** A colour and what it stands for. */
export type LegendEntry = readonly [fill: string, words: string];
export type LegendOf = (tree: CallTree, scheme: Scheme) => LegendEntry[];

/** What the colours stand for, and the grey of merged frames. */
export function createLegend(entriesOf: LegendOf): { root: HTMLElement; show(tree: CallTree): void } {
	const root = element("ul", { class: "fp-legend", "aria-label": "Colours" });
	return {
		root,
		show(tree) {
			const scheme = schemeOf(root);
			const merged = [scheme.merged, "Too narrow to draw: zoom in"] as const;
			root.replaceChildren(...[...entriesOf(tree, scheme), merged].map(entryOf));
		},
	};
}

/** Only the kinds of functions that are in the profile. */
export function kindsOf({ frames }: CallTree, scheme: Scheme): LegendEntry[] {
	const present = new Set(frames.map(({ kind }) => kind));
	return FRAME_KINDS.filter((kind) => present.has(kind)).map((kind) => [
		fillOfKind(scheme, kind),
		KIND_WORDS[kind],
	]);
}

function entryOf([fill, words]: LegendEntry): HTMLElement {
	const swatch = element("span", { class: "fp-swatch", "aria-hidden": "true" });
	swatch.style.background = fill;
	return element("li", {}, swatch, words);
}
