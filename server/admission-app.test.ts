import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { nothingConfigured } from "./admission/facts.ts";
import { operationsIn, responseIn, reviewOf } from "./admission/testing/review.ts";
import { startAdmission } from "./admission/testing/start-admission.ts";

const POD = { metadata: { labels: { furnace: "enabled" } }, spec: { containers: [{ name: "app" }] } };

describe("the admission listener", () => {
	test("speaks TLS and injects", async (t) => {
		const { post } = await startAdmission(t);
		const { status, headers, text } = await post(JSON.stringify(reviewOf(POD)));
		assert.equal(status, 200);
		assert.match(headers["content-type"] ?? "", /^application\/json/);
		const { apiVersion, kind } = JSON.parse(text);
		assert.deepEqual([apiVersion, kind], ["admission.k8s.io/v1", "AdmissionReview"]);
		assert.equal(responseIn(text).patchType, "JSONPatch");
		assert.deepEqual(
			operationsIn(text).map(({ op, path }) => `${op} ${path}`),
			[
				"add /metadata/annotations",
				"add /spec/shareProcessNamespace",
				"add /spec/initContainers",
				"add /spec/volumes",
			],
		);
	});

	test("admits every pod as it is while nothing is configured", async (t) => {
		const { post } = await startAdmission(t, { facts: nothingConfigured });
		const { text } = await post(JSON.stringify(reviewOf(POD)));
		assert.equal(responseIn(text).allowed, true);
		assert.equal(responseIn(text).patch, undefined);
		assert.deepEqual(responseIn(text).auditAnnotations, { furnace: "not-configured" });
	});

	test("answers health checks, and nothing but POST on its one route", async (t) => {
		const { send } = await startAdmission(t);
		assert.equal((await send({ path: "/healthz" })).status, 200);
		assert.deepEqual((await send({ path: "/mutate" })).code, "method-not-allowed");
		assert.deepEqual((await send({ path: "/api/v1/namespaces" })).code, "not-found");
	});
});
