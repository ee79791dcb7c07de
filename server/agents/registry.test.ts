import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { ProblemError } from "../../contract/problem.ts";
import type { Registration } from "../../contract/registration.ts";
import { createRegistry, heartbeatInterval } from "./registry.ts";

const REGISTRATION: Registration = { protocol: 1, version: "1", instance: "1", serves: "pod" };

describe("the agent registry", () => {
	test("an agent is absent, ready, lost after three missed heartbeats, ready again", () => {
		let now = 1_000_000;
		const registry = createRegistry(() => now);
		assert.equal(registry.stateOf("a"), "absent");
		assert.equal(registry.stateOf(null), "absent");
		const seconds = registry.register({ key: "a" }, REGISTRATION);
		now += 3 * seconds * 1000;
		assert.equal(registry.stateOf("a"), "ready");
		now += 1;
		assert.equal(registry.stateOf("a"), "lost");
		assert.throws(
			() => registry.ready("a"),
			(error: unknown) => error instanceof ProblemError && /30 seconds ago/.test(error.detail ?? ""),
		);
		registry.register({ key: "a" }, REGISTRATION);
		assert.equal(registry.ready("a").identity.key, "a");
	});

	test("lost agents are forgotten after an hour, so that the registry does not grow", () => {
		let now = 0;
		const registry = createRegistry(() => now);
		for (let index = 0; index < 1000; index++) registry.register({ key: `a-${index}` }, REGISTRATION);
		now += 3_600_000;
		registry.register({ key: "b" }, REGISTRATION);
		assert.deepEqual(registry.counts(), { ready: 1, lost: 0 });
	});

	test("only a key that can be a host name is taken", () => {
		const registry = createRegistry(() => 0);
		for (const key of ["", "A", "a.b", "a/b", "a:1", "-a", "a@b", "x".repeat(64)]) {
			assert.throws(() => registry.register({ key }, REGISTRATION), TypeError, key);
		}
	});

	test("the heartbeat interval keeps between 10 and 60 seconds and never shrinks with more agents", () => {
		fc.assert(
			fc.property(fc.nat(100_000), fc.nat(100_000), (a, b) => {
				const [fewer, more] = [Math.min(a, b), Math.max(a, b)];
				assert.ok(heartbeatInterval(fewer) >= 10 && heartbeatInterval(more) <= 60);
				assert.ok(heartbeatInterval(fewer) <= heartbeatInterval(more));
			}),
		);
	});
});
