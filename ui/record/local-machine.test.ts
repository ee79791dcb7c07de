import assert from "node:assert/strict";
import { test } from "node:test";
import type { Pod } from "../../contract/pod.ts";
import { isDemo, suggestionsFrom } from "./local-machine.ts";

function pod(name: string, cpuPercent: number): Pod {
	return {
		name,
		uid: name,
		agent: { state: "ready" },
		skip: null,
		routes: [{ route: "embedded", available: true, reason: "" }],
		cpuPercent,
	};
}

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
