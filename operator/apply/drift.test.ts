import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import { contentOf, covers, hasForeignContent } from "./drift.ts";

describe("covers", () => {
	test("fields that others add do not matter, other values and other lists do", () => {
		const desired = { spec: { ports: [{ port: 443 }], selector: { a: "b" } } };
		assert.ok(
			covers(desired, { spec: { ports: [{ port: 443, nodePort: 0 }], selector: { a: "b", c: "d" } } }),
		);
		assert.ok(!covers(desired, { spec: { ports: [{ port: 443 }, { port: 80 }], selector: { a: "b" } } }));
		assert.ok(!covers(desired, { spec: { ports: [{ port: 444 }], selector: { a: "b" } } }));
		assert.ok(!covers(desired, { spec: { ports: [{ port: 443 }] } }));
		assert.ok(!covers({ a: {} }, {}));
		assert.ok(!covers({ a: {} }, { a: [] }));
	});

	test("everything covers itself, and nothing that has lost a part", () => {
		const values = fc.dictionary(
			fc.string({ minLength: 1 }).filter((key) => key !== "__proto__"),
			fc.jsonValue(),
			{ minKeys: 1 },
		);
		fc.assert(
			fc.property(values, (value) => {
				const desired = JSON.parse(JSON.stringify(value));
				assert.ok(covers(desired, structuredClone(desired)));
				const [first, ...rest] = Object.entries(desired);
				assert.ok(first !== undefined && !covers(desired, Object.fromEntries(rest)));
			}),
		);
	});
});

describe("hasForeignContent", () => {
	const cases: [string, boolean, object][] = [
		["our own", false, { manager: "us", fieldsV1: { "f:spec": { "f:replicas": {} } } }],
		["a field of somebody's", true, { manager: "kubectl-edit", fieldsV1: { "f:spec": { "f:paused": {} } } }],
		["data", true, { manager: "kubectl-edit", fieldsV1: { "f:data": { "f:x": {} } } }],
		[
			"a scaled Deployment",
			true,
			{ manager: "x", subresource: "scale", fieldsV1: { "f:spec": { "f:replicas": {} } } },
		],
		["status", false, { manager: "kcm", subresource: "status", fieldsV1: { "f:status": { "f:x": {} } } }],
		["labels and annotations", false, { manager: "x", fieldsV1: { "f:metadata": { "f:labels": {} } } }],
		[
			"kubectl rollout restart",
			false,
			{
				manager: "kubectl-rollout",
				fieldsV1: { "f:spec": { "f:template": { "f:metadata": { "f:annotations": { "f:x": {} } } } } },
			},
		],
		[
			"a container's environment",
			true,
			{ manager: "x", fieldsV1: { "f:spec": { "f:template": { "f:spec": { "f:containers": {} } } } } },
		],
	];
	for (const [name, expected, entry] of cases)
		test(`${name}: ${expected}`, () => {
			const metadata = { name: "x", managedFields: [entry] };
			assert.equal(hasForeignContent({ apiVersion: "v1", kind: "X", metadata }, "us"), expected);
		});
});

describe("contentOf", () => {
	test("is the same whatever status, versions and the answer's form say", () => {
		const one = { apiVersion: "v1", kind: "X", metadata: { name: "x", resourceVersion: "1" }, spec: {} };
		const listed = { metadata: { name: "x", resourceVersion: "2" }, spec: {}, status: { ready: 1 } };
		assert.equal(contentOf(one), contentOf(listed as unknown as KubernetesObject));
	});
});
