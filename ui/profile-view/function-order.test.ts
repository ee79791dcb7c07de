import assert from "node:assert/strict";
import { test } from "node:test";
import type { FunctionWeight } from "../../profile/top.ts";
import { nextOrder, sortFunctions } from "./function-order.ts";

const functions: FunctionWeight[] = [
	{ name: "b", module: "x", kind: "user", self: 1, total: 9 },
	{ name: "a", module: "y", kind: "user", self: 1, total: 9 },
	{ name: "c", module: "w", kind: "user", self: 5, total: 5 },
];
const names = (list: FunctionWeight[]) => list.map(({ name }) => name).join("");

test("sorts by any column, ties by total, then by name", () => {
	assert.equal(names(sortFunctions(functions, { column: "self", descending: true })), "cab");
	assert.equal(names(sortFunctions(functions, { column: "total", descending: true })), "abc");
	assert.equal(names(sortFunctions(functions, { column: "total", descending: false })), "cab");
	assert.equal(names(sortFunctions(functions, { column: "name", descending: true })), "cba");
	assert.equal(names(sortFunctions(functions, { column: "module", descending: false })), "cba");
});

test("a column is first sorted the way one wants it, then turned round", () => {
	const byTotal = nextOrder({ column: "self", descending: true }, "total");
	assert.deepEqual(byTotal, { column: "total", descending: true });
	assert.deepEqual(nextOrder(byTotal, "total"), { column: "total", descending: false });
	assert.deepEqual(nextOrder(byTotal, "name"), { column: "name", descending: false });
});
