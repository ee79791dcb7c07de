import assert from "node:assert/strict";
import { test } from "node:test";
import { readQuery } from "./query.ts";

test("text is taken as it is, an expression is compiled, a broken one is explained", () => {
	assert.deepEqual(readQuery({ text: "", isExpression: true }), { by: null });
	assert.deepEqual(readQuery({ text: "a.*(", isExpression: false }), { by: "a.*(" });
	assert.deepEqual(readQuery({ text: "^ma.n$", isExpression: true }), { by: /^ma.n$/iu });
	assert.match(JSON.stringify(readQuery({ text: "(", isExpression: true })), /Not a regular expression/);
});
