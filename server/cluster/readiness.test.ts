import assert from "node:assert/strict";
import { test } from "node:test";
import { readiness } from "./readiness.ts";

test("a server is ready once it knows all, stays so when it falls behind, and ends at once", () => {
	let missing = ["pods", "the installation"];
	const state = readiness(() => missing);
	assert.equal(state.notReady(), "The server still waits for: pods, the installation.");
	missing = [];
	assert.equal(state.notReady(), undefined);
	missing = ["the installation"];
	assert.equal(state.notReady(), undefined);
	state.end();
	assert.equal(state.notReady(), "The server is stopping.");
});
