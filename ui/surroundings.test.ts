import assert from "node:assert/strict";
import { test } from "node:test";
import type { Pod } from "../contract/pod.ts";
import { awayAdvice, isLocalMachine, surroundingsOf } from "./surroundings.ts";

function pod(name: string, route: "embedded" | "sidecar"): Pod {
	return {
		name,
		uid: name,
		agent: { state: "ready" },
		skip: null,
		routes: [{ route, available: true, reason: "" }],
	};
}

test("one machine is told from a cluster by how its pods are reached", () => {
	assert.equal(isLocalMachine([pod("sh-1", "embedded")]), true);
	assert.equal(surroundingsOf([[], [pod("sh-1", "embedded")]]), "machine");
	assert.equal(surroundingsOf([[pod("shop-7d9", "sidecar")]]), "cluster");
	assert.equal(surroundingsOf([]), "unknown");
	assert.equal(surroundingsOf([[]]), "unknown");
});

test("nobody in a cluster is told to run npm start", () => {
	assert.match(awayAdvice("machine"), /npm start/);
	assert.doesNotMatch(awayAdvice("cluster"), /npm start/);
});
