import "./functions-table.css";
import { baseName, cleanText } from "../../profile/frame-name.ts";
import type { FunctionWeight } from "../../profile/top.ts";
import { count, share, weight } from "../wording.ts";
import { button, element } from "./dom.ts";
import { COLUMNS, type Column, nextOrder, type Order, sortFunctions } from "./function-order.ts";
import { keyOf } from "./functions.ts";

export interface FunctionsTable {
	readonly root: HTMLElement;
	show(content: TableContent): void;
}

export interface TableContent {
	functions: readonly FunctionWeight[];
	/** of the whole profile */
	all: number;
	unit: string;
	/** some are left out by the search */
	filtered: boolean;
}

const PAGE = 50;
const HEADS: Record<Column, string> = { self: "Self", total: "Total", name: "Function", module: "Module" };
const MEANINGS: Record<Column, string> = {
	self: "Time in the function itself",
	total: "Time in the function and in all that it calls",
	name: "Name of the function",
	module: "Program, library or script that the function is in",
};

/** All functions with their weights: the flamegraph's facts for those who read tables, or listen to them. */
export function createFunctionsTable(onPick: (entry: FunctionWeight) => void): FunctionsTable {
	let order: Order = { column: "self", descending: true };
	let limit = PAGE;
	let content: TableContent = { functions: [], all: 0, unit: "samples", filtered: false };
	const rows = createRows(onPick);
	const caption = element("caption", { class: "fp-caption" }, "Functions");
	const heads = createHeads((column) => {
		order = nextOrder(order, column);
		draw();
	});
	const more = button("Show more", {}, () => {
		limit += 4 * PAGE;
		draw();
	});
	const table = element("table", {}, caption, element("thead", {}, heads.row), rows.body);
	const draw = () => {
		const sorted = sortFunctions(content.functions, order);
		heads.show(order);
		rows.show(sorted.slice(0, limit), content);
		caption.textContent = captionOf(content, Math.min(limit, sorted.length));
		more.hidden = sorted.length <= limit;
	};
	return {
		root: element("div", { class: "fp-functions" }, table, more),
		show(next) {
			content = next;
			draw();
		},
	};
}

function captionOf({ functions, filtered }: TableContent, shown: number): string {
	const all = `${count(functions.length)} ${functions.length === 1 ? "function" : "functions"}`;
	const found = filtered ? `${all} found` : all;
	return shown < functions.length ? `${found}, ${count(shown)} shown` : found;
}

function createHeads(onSort: (column: Column) => void) {
	const cells = COLUMNS.map((column) => {
		const sort = button(HEADS[column], { class: "fp-sort", title: MEANINGS[column] }, () => onSort(column));
		const numeric = column === "self" || column === "total";
		return { column, cell: element("th", { scope: "col", class: numeric ? "fp-weight" : "" }, sort) };
	});
	return {
		row: element("tr", {}, ...cells.map(({ cell }) => cell)),
		show(order: Order) {
			for (const { column, cell } of cells) {
				if (column !== order.column) cell.removeAttribute("aria-sort");
				else cell.setAttribute("aria-sort", order.descending ? "descending" : "ascending");
			}
		},
	};
}

interface Row {
	row: HTMLTableRowElement;
	fill(entry: FunctionWeight, content: TableContent): void;
}

/** Rows are kept by function, so that the focus stays on a function while the numbers change. */
function createRows(onPick: (entry: FunctionWeight) => void) {
	const body = element("tbody");
	let known = new Map<string, Row>();
	return {
		body,
		show(entries: readonly FunctionWeight[], content: TableContent) {
			const focused = document.activeElement;
			const next = new Map<string, Row>();
			for (const [index, entry] of entries.entries()) {
				const key = keyOf(entry);
				const row = known.get(key) ?? createRow(entry, onPick);
				row.fill(entry, content);
				next.set(key, row);
				if (body.children[index] !== row.row) body.insertBefore(row.row, body.children[index] ?? null);
			}
			while (body.children.length > entries.length) body.lastElementChild?.remove();
			known = next;
			// moving a row takes its focus away
			if (focused instanceof HTMLElement && body.contains(focused)) focused.focus({ preventScroll: true });
		},
	};
}

function createRow(entry: FunctionWeight, onPick: (entry: FunctionWeight) => void): Row {
	const self = weightCell();
	const total = weightCell();
	const pick = button("", { class: "fp-pick" }, () => onPick(entry));
	const name = cleanText(entry.name);
	pick.title = `${name}: show it in the flamegraph`;
	pick.append(element("bdi", {}, name));
	const path = cleanText(entry.module);
	const module = element("td", { class: "fp-module", title: path }, element("bdi", {}, baseName(path)));
	const row = element("tr", {}, self.cell, total.cell, element("td", { class: "fp-function" }, pick), module);
	return {
		row,
		fill(current, content) {
			self.fill(current.self, content);
			total.fill(current.total, content);
		},
	};
}

function weightCell() {
	const percent = element("span", { class: "fp-share" });
	const bar = element("span", { class: "fp-bar", "aria-hidden": "true" });
	const cell = element("td", { class: "fp-weight" }, percent, bar);
	return {
		cell,
		fill(value: number, { all, unit }: TableContent) {
			percent.textContent = share(value, all);
			cell.title = weight(value, unit);
			bar.style.width = `${all > 0 ? (value / all) * 100 : 0}%`;
		},
	};
}
