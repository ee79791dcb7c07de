import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { chooseFurnace } from "../furnace.ts";
import { furnaceWith } from "../testing/furnace.ts";
import { architecturesOf, lowestVersion, nodeFacts } from "./nodes.ts";

function node(kubeletVersion: string, architecture = "amd64", operatingSystem = "linux") {
	return nodeFacts({
		apiVersion: "v1",
		kind: "Node",
		metadata: { name: "n" },
		status: { nodeInfo: { kubeletVersion, architecture, operatingSystem } },
	});
}

describe("nodes", () => {
	test("the lowest version counts, of those that could run a sidecar and have one", () => {
		const api = { major: 1, minor: 34 };
		assert.deepEqual(lowestVersion(api, []), api);
		assert.deepEqual(lowestVersion(api, [node("v1.33.1+k3s1"), node("v1.34.0")]), { major: 1, minor: 33 });
		assert.deepEqual(lowestVersion(api, [node("v1.28.0", "amd64", "windows"), node("virtual")]), api);
		assert.deepEqual(lowestVersion({ major: 1, minor: 28 }, [node("v1.34.0")]), { major: 1, minor: 28 });
	});

	test("architectures, each once", () => {
		const nodes = [
			node("v1.34.0", "arm64"),
			node("v1.34.0"),
			node("v1.34.0"),
			node("v1.34.0", "amd64", "windows"),
			node("v1.34.0", ""),
		];
		assert.deepEqual(architecturesOf(nodes), ["amd64", "arm64"]);
	});
});

describe("chooseFurnace", () => {
	const at = (creationTimestamp: string, rest: object = {}) =>
		furnaceWith({}, { creationTimestamp, ...rest });

	test("the oldest counts, unless it is being deleted", () => {
		const old = at("2026-11-20T00:00:00Z", { name: "z" });
		const young = at("2026-11-21T00:00:00Z", { name: "a" });
		assert.equal(chooseFurnace([young, old]), old);
		const going = at("2026-11-20T00:00:00Z", { deletionTimestamp: "2026-11-21T00:00:00Z" });
		assert.equal(chooseFurnace([young, going]), young);
		assert.equal(chooseFurnace([]), undefined);
	});

	test("of two of the same second every operator chooses the same", () => {
		const [a, b] = ["a", "b"].map((namespace) => at("2026-11-20T00:00:00Z", { namespace }));
		assert.ok(a !== undefined && b !== undefined);
		assert.equal(chooseFurnace([b, a]), a);
		assert.equal(chooseFurnace([a, b]), a);
	});
});
