import { button, element } from "./dom.ts";
import type { Query } from "./query.ts";

export interface ToolbarHandlers {
	onQuery(query: Query): void;
	onTurn(rootOnTop: boolean): void;
	onOrder(byWeight: boolean): void;
	onResetZoom(): void;
}

export interface Toolbar {
	readonly root: HTMLElement;
	focusSearch(): void;
	setZoomed(zoomed: boolean): void;
	/** what was found, or why nothing can be; said aloud only when the user asked, not whenever samples come */
	setFound(found: { text: string; isError: boolean; aloud: boolean }): void;
}

export function createToolbar(handlers: ToolbarHandlers): Toolbar {
	const search = createSearch(handlers.onQuery);
	const reset = button("Reset zoom", { disabled: true }, handlers.onResetZoom);
	const turn = toggle("Root at the bottom", (on) => handlers.onTurn(!on));
	turn.title = "Draw callers below what they call, as flames";
	const order = toggle("Heaviest first", handlers.onOrder);
	order.title = "Order neighbours by weight instead of by name";
	const root = element(
		"div",
		{ class: "fp-toolbar", role: "group", "aria-label": "Flamegraph controls" },
		search.root,
		element("div", { class: "fp-buttons" }, turn, order, reset),
	);
	return {
		root,
		focusSearch: search.focus,
		setFound: search.setFound,
		setZoomed(zoomed) {
			// a button that vanishes under the focus would lose it: it stays, and says that there is nothing to do
			reset.disabled = !zoomed && document.activeElement !== reset;
		},
	};
}

function createSearch(onQuery: (query: Query) => void) {
	const field = element("input", {
		type: "search",
		class: "fp-search",
		placeholder: "Search functions and modules",
		"aria-label": "Search functions and modules",
		"aria-describedby": "fp-found",
		autocomplete: "off",
		spellcheck: "false",
	});
	const found = element("span", { class: "fp-found", id: "fp-found" });
	const spoken = element("span", { class: "fp-hidden", role: "status" });
	let isExpression = false;
	const tell = () => onQuery({ text: field.value, isExpression });
	field.addEventListener("input", tell);
	field.addEventListener("keydown", (event) => {
		if (event.key !== "Escape" || field.value === "") return;
		field.value = "";
		tell();
	});
	const expression = toggle(".*", (on) => {
		isExpression = on;
		tell();
	});
	expression.setAttribute("aria-label", "Regular expression");
	expression.title = "Regular expression";
	return {
		root: element("div", { class: "fp-search-group", role: "search" }, field, expression, found, spoken),
		focus() {
			field.focus();
			field.select();
		},
		setFound({ text, isError, aloud }: Parameters<Toolbar["setFound"]>[0]) {
			found.textContent = text;
			if (aloud) spoken.textContent = text;
			found.classList.toggle("fp-error", isError);
			field.setAttribute("aria-invalid", String(isError));
		},
	};
}

function toggle(label: string, onToggle: (on: boolean) => void): HTMLButtonElement {
	const made = button(label, { "aria-pressed": "false" }, () => {
		const on = made.getAttribute("aria-pressed") !== "true";
		made.setAttribute("aria-pressed", String(on));
		onToggle(on);
	});
	return made;
}
