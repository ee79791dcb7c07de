import "./tooltip.css";
import type { CallTree } from "../../profile/call-tree.ts";
import type { Describe } from "./describe.ts";
import { element } from "./dom.ts";

/** What the pointer is over, beside the pointer; the details below say the same to everybody else. */
export interface Tooltip {
	/** null: over nothing */
	show(tree: CallTree, node: number | null): void;
	destroy(): void;
}

const DISTANCE = 14;

/** @param frame element whose pointer is followed; the tooltip is put beside it in the document */
export function createTooltip(frame: HTMLElement, describe: Describe): Tooltip {
	const name = element("bdi", { class: "fp-name" });
	const where = element("bdi", { class: "fp-where" });
	const weights = element("span");
	const root = element("div", { class: "fp-tooltip", "aria-hidden": "true" }, name, where, weights);
	root.hidden = true;
	frame.after(root);
	// a finger would hide what it points at
	let mouse: PointerEvent | null = null;
	const follow = (event: PointerEvent) => {
		mouse = event.pointerType === "mouse" ? event : null;
		if (mouse === null) root.hidden = true;
		else if (!root.hidden) place(root, mouse);
	};
	frame.addEventListener("pointermove", follow, { capture: true });
	return {
		show(tree, node) {
			root.hidden = node === null || mouse === null;
			if (node === null || mouse === null) return;
			const text = describe(tree, node);
			name.textContent = text.name;
			where.textContent = text.where;
			weights.textContent = `Total ${text.total}, self ${text.self}`;
			place(root, mouse);
		},
		destroy() {
			frame.removeEventListener("pointermove", follow, { capture: true });
			root.remove();
		},
	};
}

/** Beside the pointer, on the side where there is room. */
function place(root: HTMLElement, { clientX, clientY }: PointerEvent): void {
	const { offsetWidth, offsetHeight } = root;
	const left = Math.max(Math.min(clientX + DISTANCE, innerWidth - offsetWidth - 8), 8);
	const below = clientY + DISTANCE;
	const top = below + offsetHeight > innerHeight - 8 ? clientY - DISTANCE - offsetHeight : below;
	root.style.left = `${left}px`;
	root.style.top = `${Math.max(top, 8)}px`;
}
