import "./profile-view.css";
import type { CallTree } from "../../profile/call-tree.ts";
import { type SearchResult, searchFrames } from "../../profile/search.ts";
import { Flamegraph, type FlamegraphLook } from "../flamegraph/flamegraph.ts";
import { KEY_HELP } from "../flamegraph/keys.ts";
import type { Shade } from "../flamegraph/picture.ts";
import { counted, share } from "../wording.ts";
import type { Describe } from "./describe.ts";
import { createDetails } from "./details.ts";
import { element } from "./dom.ts";
import { createLegend, type LegendOf } from "./legend.ts";
import { type Query, readQuery } from "./query.ts";
import { createToolbar } from "./toolbar.ts";
import { createTooltip } from "./tooltip.ts";

/** A flamegraph with its controls, search, details and legend. */
export interface GraphPanel {
	readonly root: HTMLElement;
	/** shows this tree; zoom, focus and search stay */
	show(tree: CallTree): void;
	/** what is searched for, in the tree that is shown; null: nothing is */
	found(): SearchResult | null;
	/** zooms to a node's surroundings and puts the focus on it */
	showNode(node: number): void;
	/** the page's colours changed */
	recolor(): void;
	destroy(): void;
}

export interface GraphPanelOptions {
	/** the flamegraph's name for those who do not see it */
	label: string;
	/** what the width of a frame means, in a sentence */
	widthHelp: string;
	describe: Describe;
	legend: LegendOf;
	/** absent: every function has its own colour */
	shade?: Shade;
	/** something else is searched for, or nothing any more */
	onSearch(): void;
}

interface State {
	tree: CallTree | null;
	query: Query;
	found: SearchResult | null;
	hover: number | null;
}

export function createGraphPanel(options: GraphPanelOptions): GraphPanel {
	const state: State = { tree: null, query: { text: "", isExpression: false }, found: null, hover: null };
	const parts = createParts(state, options);
	const { root, legend, graph, tooltip } = parts;
	return {
		root,
		show(tree) {
			state.tree = tree;
			graph.setTree(tree);
			legend.show(tree);
			search(state, parts, false);
			showDetails(state, parts);
		},
		found: () => state.found,
		showNode(node) {
			graph.showNode(node);
			graph.frame.scrollIntoView({ block: "nearest" });
		},
		recolor() {
			if (state.tree !== null) legend.show(state.tree);
			graph.repaint();
		},
		destroy() {
			tooltip.destroy();
			graph.destroy();
			root.remove();
		},
	};
}

type Parts = ReturnType<typeof createParts>;

function createParts(state: State, options: GraphPanelOptions) {
	const { label, widthHelp, describe, legend: legendOf, shade, onSearch } = options;
	const look: FlamegraphLook = { rootOnTop: true, order: "name", ...(shade === undefined ? {} : { shade }) };
	const details = createDetails(describe);
	const legend = createLegend(legendOf);
	const toolbar = createToolbar({
		onQuery(query) {
			state.query = query;
			search(state, parts, true);
			onSearch();
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
	nameFrame(graph.frame, label);
	const tooltip = createTooltip(graph.frame, describe);
	stage.append(details.root, legend.root);
	const help = element("p", { class: "fp-help", id: "fp-help" }, `${widthHelp} ${KEY_HELP}`);
	const root = element("div", { class: "fp-left" }, toolbar.root, stage, help);
	const parts = { root, graph, toolbar, details, tooltip, legend };
	return parts;
}

function nameFrame(frame: HTMLElement, label: string): void {
	frame.setAttribute("role", "application");
	frame.setAttribute("aria-roledescription", "flamegraph");
	frame.setAttribute("aria-label", label);
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

function wordsFor(tree: CallTree, { nodes, weight }: SearchResult): string {
	if (nodes === 0) return "Nothing found";
	return `${share(weight, tree.total[0])} of all ${tree.unit}, in ${counted(nodes, "frame")}`;
}
