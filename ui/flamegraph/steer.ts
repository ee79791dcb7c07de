import type { Command } from "./keys.ts";
import type { Direction } from "./walk.ts";

/** What can be done to a flamegraph without a pointer. */
export interface Steerable {
	readonly rootOnTop: boolean;
	step(direction: Direction): void;
	zoomToFocus(): void;
	showAll(): void;
	back(): void;
	page(by: 1 | -1): void;
	scaleAtFocus(factor: number): void;
	search(): void;
}

const ACTIONS: Record<Command, (graph: Steerable) => void> = {
	up: (graph) => graph.step(graph.rootOnTop ? "caller" : "callee"),
	down: (graph) => graph.step(graph.rootOnTop ? "callee" : "caller"),
	left: (graph) => graph.step("left"),
	right: (graph) => graph.step("right"),
	zoom: (graph) => graph.zoomToFocus(),
	back: (graph) => graph.back(),
	root: (graph) => graph.showAll(),
	"page-up": (graph) => graph.page(-1),
	"page-down": (graph) => graph.page(1),
	closer: (graph) => graph.scaleAtFocus(0.5),
	wider: (graph) => graph.scaleAtFocus(2),
	search: (graph) => graph.search(),
};

export function obey(command: Command, graph: Steerable): void {
	ACTIONS[command](graph);
}
