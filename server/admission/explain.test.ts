import assert from "node:assert/strict";
import { describe, test } from "node:test";
import jsonPatch from "fast-json-patch";
import { explainSkip } from "./explain.ts";
import { createMutator } from "./mutate.ts";
import { factsWith } from "./testing/facts.ts";
import { operationsIn, reviewOf } from "./testing/review.ts";

const POD = { metadata: { labels: { furnace: "enabled" } }, spec: { containers: [{ name: "app" }] } };

describe("why a running pod has no sidecar", () => {
	test("it has one", () => {
		const operations = operationsIn(createMutator({ facts: factsWith() })(reviewOf(POD)));
		const stored = jsonPatch.applyPatch(structuredClone(POD), operations).newDocument;
		assert.equal(explainSkip(stored, "shop", factsWith()), null);
		assert.equal(explainSkip(stored, "shop", factsWith({ imageProven: false })), null);
	});

	test("the same reason as at its creation", () => {
		const pod = { ...POD, spec: { ...POD.spec, hostNetwork: true } };
		assert.equal(explainSkip(pod, "shop", factsWith())?.code, "host-network");
		assert.equal(explainSkip({ metadata: {}, spec: {} }, "shop", factsWith())?.code, "not-asked");
	});

	test("nobody asked us when it was created", () => {
		const skip = explainSkip(POD, "shop", factsWith());
		assert.equal(skip?.code, "missed");
		assert.match(skip.message, /Restart the workload/);
	});
});
