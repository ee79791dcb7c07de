import "./profile-view.css";
import type { CallTree } from "../../profile/call-tree.ts";
import { type SearchResult, searchFrames } from "../../profile/search.ts";
import { type FunctionWeight, topFunctions } from "../../profile/top.ts";
import { Flamegraph, type FlamegraphLook } from "../flamegraph/flamegraph.ts";
import { KEY_HELP } from "../flamegraph/keys.ts";
import { counted, share } from "../wording.ts";
import { createDetails } from "./details.ts";
import { element } from "./dom.ts";
import { createFunctionsTable } from "./functions-table.ts";
import { createHottest } from "./hottest.ts";
import { createLegend } from "./legend.ts";
import { type Query, readQuery } from "./query.ts";
import { createToolbar } from "./toolbar.ts";
import { createTooltip } from "./tooltip.ts";

/** A profile to look at: flamegraph, search and table of functions, in the page and in a downloaded file alike. */
export interface ProfileView {
	/** shows this tree; zoom, focus and search stay */
	show(tree: CallTree): void;
	/** the page's colours changed */
	recolor(): void;
	destroy(): void;
}

export function createProfileView(host: HTMLElement): ProfileView {
	const state: State = {
		tree: null,
		functions: [],
		query: { text: "", isExpression: false },
		found: null,
		hover: null,
	};
	const parts = createParts(state);
	const { root, legend, graph, tooltip } = parts;
	host.append(root);
	const soon = afterNextPicture(() => {
		if (state.tree === null) return;
		state.functions = topFunctions(state.tree);
		parts.hottest.show(state.functions, state.tree.total[0]);
		fillTable(state, parts);
	});
	return {
		show(tree) {
			state.tree = tree;
			graph.setTree(tree);
			legend.show(tree);
			search(state, parts, false);
			showDetails(state, parts);
			// summing up a million nodes by function takes as long as drawing them: the picture comes first
			soon.ask();
		},
		recolor() {
			if (state.tree !== null) legend.show(state.tree);
			graph.repaint();
		},
		destroy() {
			soon.cancel();
			tooltip.destroy();
			graph.destroy();
			root.remove();
		},
	};
}

interface State {
	tree: CallTree | null;
	/** of the tree, or for a moment of the one before it; summed up once for all searches in it */
	functions: readonly FunctionWeight[];
	query: Query;
	/** what the query finds in the tree; null: nothing is searched */
	found: SearchResult | null;
	hover: number | null;
}

type Parts = ReturnType<typeof createParts>;

function createParts(state: State) {
	const look: FlamegraphLook = { rootOnTop: true, order: "name" };
	const details = createDetails();
	const legend = createLegend();
	const pick = (entry: FunctionWeight) => {
		if (state.tree !== null) graph.showNode(heaviestNode(state.tree, entry));
		graph.frame.scrollIntoView({ block: "nearest" });
	};
	const hottest = createHottest(pick);
	const table = createFunctionsTable(pick);
	const toolbar = createToolbar({
		onQuery(query) {
			state.query = query;
			search(state, parts, true);
			fillTable(state, parts);
		},
		onTurn: (rootOnTop) => graph.setLook(Object.assign(look, { rootOnTop })),
		onOrder: (byWeight) => graph.setLook(Object.assign(look, { order: byWeight ? "weight" : "name" })),
		onResetZoom: () => graph.showAll(),
	});
	const stage = element("div", { class: "fp-stage" });
	const graph = new Flamegraph(stage, look, {
		onPoint(node) {
			state.hover = node;
			showDetails(state, parts);
		},
		onFocus(node, announce) {
			showDetails(state, parts);
			if (announce && state.tree !== null) details.announce(state.tree, node);
		},
		onZoom: (zoomed) => toolbar.setZoomed(zoomed),
		onSearchKey: () => toolbar.focusSearch(),
	});
	nameFrame(graph.frame);
	const tooltip = createTooltip(graph.frame);
	stage.append(details.root, legend.root);
	const help = element("p", { class: "fp-help", id: "fp-help" }, KEY_HELP);
	const left = element("div", { class: "fp-left" }, hottest.root, toolbar.root, stage, help);
	const root = element("div", { class: "fp-profile" }, left, table.root);
	const parts = { root, graph, toolbar, hottest, details, tooltip, legend, table };
	return parts;
}

function nameFrame(frame: HTMLElement): void {
	frame.setAttribute("role", "application");
	frame.setAttribute("aria-roledescription", "flamegraph");
	frame.setAttribute("aria-label", "Flamegraph. The table of functions says the same in words");
	frame.setAttribute("aria-describedby", "fp-help");
}

function showDetails({ tree, hover }: State, { details, tooltip, graph }: Parts): void {
	if (tree === null) return;
	details.show(tree, hover ?? graph.focus);
	tooltip.show(tree, hover);
}

/** Applies the search to the graph, and says what it found. */
function search(state: State, { graph, toolbar }: Parts, aloud: boolean): void {
	const { tree, query } = state;
	if (tree === null) return;
	const read = readQuery(query);
	const by = "by" in read ? read.by : null;
	const result = by === null ? null : searchFrames(tree, by);
	state.found = result;
	graph.setMatches(result?.frames ?? null);
	const isError = "error" in read;
	toolbar.setFound({ text: isError ? read.error : result ? wordsFor(tree, result) : "", isError, aloud });
}

function fillTable({ tree, functions, found }: State, { table }: Parts): void {
	if (tree === null) return;
	table.show({
		functions: found === null ? functions : functions.filter(foundIn(tree, found)),
		all: tree.total[0],
		unit: tree.unit,
		filtered: found !== null,
	});
}

function wordsFor(tree: CallTree, { nodes, weight }: SearchResult): string {
	if (nodes === 0) return "Nothing found";
	return `${share(weight, tree.total[0])} of all ${tree.unit}, in ${counted(nodes, "frame")}`;
}

/** A function is found when any of its frames is. */
function foundIn(tree: CallTree, { frames }: SearchResult): (entry: FunctionWeight) => boolean {
	const found = new Set<string>();
	for (const [index, frame] of tree.frames.entries()) {
		if (frames[index] === 1) found.add(`${frame.module}\n${frame.name}`);
	}
	return ({ module, name }) => found.has(`${module}\n${name}`);
}

function heaviestNode(tree: CallTree, { name, module, kind }: FunctionWeight): number {
	let heaviest = 0;
	for (let node = 1; node < tree.length; node += 1) {
		const frame = tree.frames[tree.frame[node]];
		if (frame.name !== name || frame.module !== module || frame.kind !== kind) continue;
		if (heaviest === 0 || tree.total[node] > tree.total[heaviest]) heaviest = node;
	}
	return heaviest;
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
