import assert from "node:assert/strict";
import { test } from "node:test";
import { byWeight, cutAround, keepOrder, matches } from "./order.ts";

const items = [
	{ name: "idle", weight: 0 },
	{ name: "busy", weight: 80 },
	{ name: "other", weight: 0 },
];

test("busiest first, then by name", () => {
	assert.deepEqual(byWeight(items), ["busy", "idle", "other"]);
});

test("a list that is looked at does not jump", () => {
	assert.deepEqual(keepOrder(["other", "gone", "busy"], items), ["other", "busy", "idle"]);
	assert.deepEqual(keepOrder([], items), byWeight(items));
});

test("of many the first are shown, and the chosen one", () => {
	const names = (chosen?: string) => cutAround(items, chosen, 2).map(({ name }) => name);
	assert.deepEqual(names(), ["idle", "busy"]);
	assert.deepEqual(names("busy"), ["idle", "busy"]);
	assert.deepEqual(names("other"), ["idle", "busy", "other"]);
	assert.equal(cutAround(items, "other", 3), items);
});

test("a search finds all its words, in any order and case", () => {
	assert.equal(matches("  ", "x"), true);
	assert.equal(matches("JAVA 42", "pod-42", "/usr/bin/java -jar"), true);
	assert.equal(matches("java 43", "pod-42", "/usr/bin/java"), false);
	assert.equal(matches("x", undefined), false);
});
