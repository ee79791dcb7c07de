import assert from "node:assert/strict";
import { test } from "node:test";
import type { Pod } from "../../contract/pod.ts";
import { isDemo, isLocalMachine, suggestionsFrom } from "./local-machine.ts";

function pod(name: string, cpuPercent: number, route: "embedded" | "sidecar" = "embedded"): Pod {
	return {
		name,
		uid: name,
		agent: { state: "ready" },
		skip: null,
		routes: [{ route, available: true, reason: "" }],
		cpuPercent,
	};
}

test("one machine is told from a cluster by how its pods are reached", () => {
	assert.equal(isLocalMachine([pod("sh-1", 0)]), true);
	assert.equal(isLocalMachine([pod("shop-7d9", 0, "sidecar")]), false);
	assert.equal(isLocalMachine([]), false);
});

test("the demo and the busiest are found; a pod without an agent is never suggested", () => {
	const demo = pod("furnace-demo-12", 19);
	const lost: Pod = { ...pod("lost-3", 99), agent: { state: "lost" } };
	assert.deepEqual(suggestionsFrom([lost, pod("idle-2", 0), demo, pod("busy-1", 80)]), {
		busiest: pod("busy-1", 80),
		demo,
	});
	assert.deepEqual(suggestionsFrom([]), { busiest: undefined, demo: undefined });
	assert.equal(isDemo(pod("my-furnace-demo-page", 1)), false);
});
