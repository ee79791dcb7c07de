import { FRAME_KINDS } from "../../contract/call-tree.ts";
import type { CallTree } from "../../profile/call-tree.ts";
import { fillOfKind, schemeOf } from "../flamegraph/scheme.ts";
import { KIND_WORDS } from "./describe.ts";
import { element } from "./dom.ts";

/** What the colours stand for: only those that are in the profile, and the grey of merged frames. */
export function createLegend(): { root: HTMLElement; show(tree: CallTree): void } {
	const root = element("ul", { class: "fp-legend", "aria-label": "Colours" });
	return {
		root,
		show(tree) {
			const scheme = schemeOf(root);
			const present = new Set(tree.frames.map(({ kind }) => kind));
			const kinds = FRAME_KINDS.filter((kind) => present.has(kind));
			root.replaceChildren(
				...kinds.map((kind) => entry(fillOfKind(scheme, kind), KIND_WORDS[kind])),
				entry(scheme.merged, "Too narrow to draw: zoom in"),
			);
		},
	};
}

function entry(fill: string, words: string): HTMLElement {
	const swatch = element("span", { class: "fp-swatch", "aria-hidden": "true" });
	swatch.style.background = fill;
	return element("li", {}, swatch, words);
}
