import type { CallTree } from "../../profile/call-tree.ts";
import { type Describe, sentenceOf } from "./describe.ts";
import { element } from "./dom.ts";

/** The line that says what a frame is, and the region that says it aloud. */
export interface Details {
	readonly root: HTMLElement;
	/** null: nothing is pointed at */
	show(tree: CallTree, node: number | null): void;
	announce(tree: CallTree, node: number): void;
}

export function createDetails(describe: Describe): Details {
	const name = element("bdi", { class: "fp-name" });
	const where = element("bdi", { class: "fp-where" });
	const total = element("span", { class: "fp-number" });
	const self = element("span", { class: "fp-number" });
	const spoken = element("div", { class: "fp-hidden", "aria-live": "polite" });
	const root = element(
		"div",
		{ class: "fp-details" },
		element("div", { class: "fp-details-name" }, name, where),
		element("div", { class: "fp-details-weights" }, "Total ", total, " Self ", self),
		spoken,
	);
	return {
		root,
		show(tree, node) {
			const text = describe(tree, node ?? 0);
			name.textContent = text.name;
			where.textContent = text.where;
			total.textContent = text.total;
			self.textContent = text.self;
		},
		announce(tree, node) {
			spoken.textContent = sentenceOf(tree, node, describe(tree, node));
		},
	};
}
