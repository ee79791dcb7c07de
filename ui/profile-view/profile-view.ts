import type { CallTree } from "../../profile/call-tree.ts";
import { type FunctionWeight, topFunctions } from "../../profile/top.ts";
import { describeNode } from "./describe.ts";
import { element } from "./dom.ts";
import { foundIn, heaviestNode } from "./functions.ts";
import { createFunctionsTable } from "./functions-table.ts";
import { createGraphPanel } from "./graph-panel.ts";
import { createHottest } from "./hottest.ts";
import { kindsOf } from "./legend.ts";

/** A profile to look at: flamegraph, search and table of functions, in the page and in a downloaded file alike. */
export interface ProfileView {
	/** shows this tree; zoom, focus and search stay */
	show(tree: CallTree): void;
	/** the page's colours changed */
	recolor(): void;
	destroy(): void;
}

export function createProfileView(host: HTMLElement): ProfileView {
	let tree: CallTree | null = null;
	/** of the tree, or for a moment of the one before it; summed up once for all searches in it */
	let functions: readonly FunctionWeight[] = [];
	const pick = (entry: FunctionWeight) => {
		if (tree !== null) panel.showNode(heaviestNode(tree, entry));
	};
	const hottest = createHottest(pick);
	const table = createFunctionsTable(pick);
	const fillTable = () => {
		if (tree === null) return;
		const found = panel.found();
		table.show({
			functions: found === null ? functions : functions.filter(foundIn(tree, found)),
			all: tree.total[0],
			unit: tree.unit,
			filtered: found !== null,
		});
	};
	const soon = afterNextPicture(() => {
		if (tree === null) return;
		functions = topFunctions(tree);
		hottest.show(functions, tree.total[0]);
		fillTable();
	});
	const panel = createGraphPanel({
		label: "Flamegraph. The table of functions says the same in words",
		widthHelp: "The width of a frame is the time spent in it and in everything it calls.",
		describe: describeNode,
		legend: kindsOf,
		onSearch: fillTable,
	});
	panel.root.prepend(hottest.root);
	const root = element("div", { class: "fp-profile" }, panel.root, table.root);
	host.append(root);
	return {
		show(next) {
			tree = next;
			panel.show(next);
			// summing up a million nodes by function takes as long as drawing them: the picture comes first
			soon.ask();
		},
		recolor: panel.recolor,
		destroy() {
			soon.cancel();
			panel.destroy();
			root.remove();
		},
	};
}

/** Does `work` once the browser has drawn what is asked for by now; asked again before that, still once. */
function afterNextPicture(work: () => void): { ask(): void; cancel(): void } {
	let request = 0;
	let timer: ReturnType<typeof setTimeout> | undefined;
	const cancel = () => {
		cancelAnimationFrame(request);
		clearTimeout(timer);
	};
	return {
		ask() {
			cancel();
			request = requestAnimationFrame(() => {
				timer = setTimeout(work);
			});
		},
		cancel,
	};
}
