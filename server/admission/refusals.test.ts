import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createRefusals, namesSidecar } from "./refusals.ts";

describe("refusals", () => {
	test("are kept ten minutes, from the last one on", () => {
		let now = 0;
		const refusals = createRefusals(() => now);
		refusals.remember("shop/a", "first");
		now = 599_999;
		assert.equal(refusals.find("shop/a"), "first");
		refusals.remember("shop/a", "second");
		now = 600_001;
		assert.equal(refusals.find("shop/a"), "second");
		now = 1_199_999;
		assert.equal(refusals.find("shop/a"), undefined);
		assert.equal(refusals.find("shop/b"), undefined);
	});

	test("are bounded in number and length, the oldest forgotten first", () => {
		const refusals = createRefusals(() => 0);
		for (let owner = 0; owner <= 10_000; owner++) refusals.remember(String(owner), "x".repeat(1000));
		assert.equal(refusals.find("0"), undefined);
		assert.equal(refusals.find("1")?.length, 256);
		assert.equal(refusals.find("10000")?.length, 256);
	});

	test("are the sidecar's when they name its container or volumes, or count it as OpenShift does", () => {
		const constraint =
			"unable to validate against any security context constraint: [provider restricted-v2: ";
		assert.ok(namesSidecar(`${constraint}.initContainers[0].privileged: Invalid value: true: not allowed]`));
		assert.ok(namesSidecar(`${constraint}spec.volumes[3]: hostPath volumes are not allowed to be used]`));
		assert.ok(!namesSidecar(`${constraint}.containers[0].runAsUser: Invalid value: 0]`));
		const violation =
			'violates PodSecurity "baseline:latest": privileged (container "furnace" must not set it)';
		assert.ok(namesSidecar(violation));
		assert.ok(namesSidecar("containers 'app', 'furnace' must set securityContext"));
		assert.ok(
			namesSidecar('violates PodSecurity "baseline:latest": hostPath volumes (volume "furnace-usr")'),
		);
		assert.ok(!namesSidecar('container "app" must not be privileged'));
		assert.ok(!namesSidecar('container "furnace-of-mine" must not be privileged'));
		assert.ok(!namesSidecar("exceeded quota: furnace"));
	});
});
