import assert from "node:assert/strict";
import { test } from "node:test";
import { AGENT_STATES, type Pod, ROUTE_NAMES } from "../../contract/pod.ts";
import { SKIP_CODES, SKIP_REASONS, skipMessage } from "../../contract/skip-reason.ts";
import { adviceFor, ROUTE_WORDS, stateWords } from "./agent-words.ts";

function pod(changes: Partial<Pod> = {}): Pod {
	return {
		name: "cart-7d9f8b6c5d-x2x4z",
		uid: "1",
		agent: { state: "absent" },
		skip: null,
		routes: [{ route: "sidecar", available: true, reason: "" }],
		description: "Deployment cart",
		...changes,
	};
}

test("every state but ready has words and a next step", () => {
	for (const state of AGENT_STATES) {
		const advice = adviceFor("shop", pod({ agent: { state } }));
		assert.equal(advice === null, state === "ready", state);
		assert.notEqual(stateWords(pod({ agent: { state } })), "");
		if (advice === null) continue;
		for (const words of [advice.title, advice.reason, advice.nextStep, advice.commands[0]]) {
			assert.ok(words, `${state}: ${JSON.stringify(advice)}`);
		}
	}
	assert.deepEqual(adviceFor("shop", pod({ agent: { state: "stale-trust" } }))?.commands, [
		"kubectl rollout restart deployment/cart -n shop",
	]);
	assert.ok(ROUTE_NAMES.every((route) => ROUTE_WORDS[route]));
});

test("every skip reason shows what is so apart from the fix, with commands for this very workload", () => {
	for (const code of SKIP_CODES) {
		const skip = { code, message: skipMessage(code, "3 of 4 CPUs") };
		const advice = adviceFor("shop", pod({ skip })) ?? assert.fail(code);
		assert.equal(advice.nextStep, SKIP_REASONS[code].fix);
		assert.equal(advice.reason, `${SKIP_REASONS[code].message} (3 of 4 CPUs)`);
		for (const line of advice.commands) {
			assert.match(line, /^kubectl /);
			assert.doesNotMatch(line, /NAME\b|NAMESPACE/);
		}
	}
});

test("a reason that this page does not know yet is shown as the server says it", () => {
	const advice = adviceFor("shop", pod({ skip: { code: "constructor", message: "Because. Do this." } }));
	assert.deepEqual([advice?.reason, advice?.nextStep, advice?.commands], ["Because. Do this.", "", []]);
});

test("nobody is told to change what cannot be changed", () => {
	const job = pod({ description: "Job nightly", skip: { code: "not-asked", message: "" } });
	assert.deepEqual(adviceFor("shop", job)?.commands, []);
});

test("a pod that was never given an agent says which way is closed, and why", () => {
	const routes = [
		{ route: "sidecar", available: false, reason: "It was created before the webhook." } as const,
	];
	assert.equal(adviceFor("shop", pod({ routes: [...routes] }))?.reason, "It was created before the webhook.");
});
