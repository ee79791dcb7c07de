import assert from "node:assert/strict";
import { test } from "node:test";
import { commandOf } from "./keys.ts";
import { obey, type Steerable } from "./steer.ts";

function recorder(rootOnTop: boolean): { graph: Steerable; calls: string[] } {
	const calls: string[] = [];
	const note = (name: string) => (value?: unknown) => {
		calls.push(value === undefined ? name : `${name} ${value}`);
	};
	const graph: Steerable = {
		rootOnTop,
		step: note("step"),
		zoomToFocus: note("zoom"),
		showAll: note("all"),
		back: note("back"),
		page: note("page"),
		scaleAtFocus: note("scale"),
		search: note("search"),
	};
	return { graph, calls };
}

function press(key: string, rootOnTop = true): string[] {
	const { graph, calls } = recorder(rootOnTop);
	const command = commandOf({ key, ctrlKey: false, metaKey: false, altKey: false });
	if (command !== undefined) obey(command, graph);
	return calls;
}

test("arrows go the way they point, whichever way the graph grows", () => {
	assert.deepEqual([press("ArrowUp"), press("ArrowDown")].flat(), ["step caller", "step callee"]);
	assert.deepEqual([press("ArrowUp", false), press("ArrowDown", false)].flat(), [
		"step callee",
		"step caller",
	]);
	assert.deepEqual([press("ArrowLeft"), press("ArrowRight")].flat(), ["step left", "step right"]);
});

test("each key does its one thing; all others, and those with a modifier, are left alone", () => {
	const keys = ["Enter", "Escape", "Backspace", "Home", "PageDown", "+", "-", "/", "Tab", "a"];
	const expected = ["zoom", "back", "back", "all", "page 1", "scale 0.5", "scale 2", "search"];
	assert.deepEqual(
		keys.flatMap((key) => press(key)),
		expected,
	);
	assert.equal(commandOf({ key: "ArrowLeft", ctrlKey: false, metaKey: false, altKey: true }), undefined);
});
