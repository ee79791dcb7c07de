import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { explainSkip } from "../admission/explain.ts";
import type { InjectionFacts } from "../admission/facts.ts";
import { readPod } from "../admission/pod.ts";
import { skipOf as skipByRules } from "../admission/rules.ts";
import { arbitraryPod } from "../admission/testing/arbitrary-pod.ts";
import { CONFIGURATION, factsWith } from "../admission/testing/facts.ts";
import { makeSelfSigned } from "../testing/certificates.ts";
import { bareOf } from "./bare-pod.ts";
import { type ClusterNamespace, projectNamespace } from "./namespace-projection.ts";
import type { PodObject } from "./pod-projection.ts";
import { clusterPods } from "./pods.ts";
import { fakePods, injectedPod, podObject } from "./testing/pods.ts";

function namespace(name: string, labels: Record<string, string> = { furnace: "enabled" }): ClusterNamespace {
	return projectNamespace({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });
}

function sourceOf(
	objects: PodObject[],
	{ facts = factsWith(), ca = CONFIGURATION.ca }: { facts?: InjectionFacts; ca?: string } = {},
) {
	const known = [namespace("shop"), namespace("bank"), namespace("other", {})];
	const namespaces = {
		list: () => known,
		get: (name: string) => known.find((each) => each.name === name),
	};
	return clusterPods({ pods: fakePods(...objects), namespaces, facts, ca: () => ca });
}

const ASKED = { metadata: { labels: { furnace: "enabled" } } };

describe("the pods of a cluster", () => {
	test("namespaces are those with the label; pods of an unknown one are none at all", async () => {
		const source = sourceOf([]);
		assert.deepEqual(await source.namespaces(), ["bank", "shop"]);
		assert.deepEqual(await source.pods("shop"), []);
		assert.deepEqual(await source.pods("other"), []);
		assert.equal(await source.pods("nowhere"), null);
		assert.equal(await source.pod("shop", "web-1"), null);
	});

	test("a pod with the sidecar is its own agent's; one that has ended is not listed", async () => {
		const ended = injectedPod({ name: "old", status: { phase: "Succeeded" } });
		const elsewhere = injectedPod({ name: "elsewhere", namespace: "bank" });
		const source = sourceOf([injectedPod({ name: "web-1", uid: "u-1" }, CONFIGURATION.ca), ended, elsewhere]);
		const entries = (await source.pods("shop")) ?? [];
		assert.equal(entries.length, 1);
		const { routes, ...entry } = entries[0] ?? assert.fail();
		assert.deepEqual(entry, {
			name: "web-1",
			uid: "u-1",
			description: "Running",
			agentKey: "u-1",
			agentPath: "",
			skip: null,
		});
		assert.deepEqual(
			routes.map(({ route, available }) => [route, available]),
			[
				["sidecar", true],
				["endpoint", false],
				["agent-pod", false],
				["node-daemon", false],
			],
		);
		assert.ok(routes.every(({ reason }) => reason.length > 10));
		assert.equal((await source.pod("shop", "old"))?.agentKey, "uid-of-old");
	});

	test("one without says why, also on its sidecar route; one that never asked has that for a reason", async () => {
		const hostNetwork = podObject({ ...ASKED, spec: { containers: [], hostNetwork: true } });
		const source = sourceOf([
			hostNetwork,
			podObject({ name: "plain" }),
			podObject({ name: "bare", ...ASKED }),
		]);
		const entries = (await source.pods("shop")) ?? [];
		assert.deepEqual(
			entries.map(({ name, skip, agentKey }) => [name, skip?.code, agentKey]),
			[
				["bare", "missed", null],
				["plain", "not-asked", null],
				["web-1", "host-network", null],
			],
		);
		for (const { skip, routes } of entries) {
			assert.deepEqual(routes[0], { route: "sidecar", available: false, reason: skip?.message });
		}
	});

	test("a fault of ours while explaining is a reason too, not a failed list", async () => {
		const facts = factsWith(
			{},
			{
				quotas: () => {
					throw new Error("a bug");
				},
			},
		);
		const entries = (await sourceOf([podObject(ASKED)], { facts }).pods("shop")) ?? [];
		assert.equal(entries[0]?.skip?.code, "internal-fault");
	});

	test("a sidecar given no root that is still trusted is stale", async () => {
		const stale = async (given: string, ca: string) =>
			(await sourceOf([injectedPod({}, given)], { ca }).pod("shop", "web-1"))?.staleTrust === true;
		const old = CONFIGURATION.ca;
		const { cert: next } = await makeSelfSigned("another root");
		assert.equal(await stale(old, old), false);
		assert.equal(await stale(old, `${next}${old}`), false);
		assert.equal(await stale(`${old}${next}`, next), false);
		assert.equal(await stale(old, next), true);
		assert.equal(await stale("", next), true);
	});

	test("its workload helps to recognise it", async () => {
		const owned = (kind: string, name: string, labels = {}) =>
			injectedPod({
				metadata: {
					labels: { furnace: "enabled", ...labels },
					ownerReferences: [
						{ apiVersion: "v1", kind: "Other", name: "not-this", uid: "1" },
						{ apiVersion: "apps/v1", kind, name, uid: "2", controller: true },
					],
				},
			});
		const describe = async (object: PodObject) =>
			(await sourceOf([object]).pod("shop", "web-1"))?.description;
		const hash = { "pod-template-hash": "6d5f7c" };
		assert.equal(await describe(owned("ReplicaSet", "web-6d5f7c", hash)), "Deployment web, Running");
		assert.equal(await describe(owned("ReplicaSet", "web-by-hand", hash)), "ReplicaSet web-by-hand, Running");
		assert.equal(await describe(owned("StatefulSet", "db")), "StatefulSet db, Running");
	});
});

describe("what is kept of a bare pod", () => {
	const facts = [
		factsWith(),
		factsWith({}, { quotas: () => [{ name: "q", hard: { "limits.cpu": "2", memory: "1Gi" }, used: {} }] }),
		factsWith(
			{},
			{
				limitRanges: () => [{ name: "l", limits: [{ type: "Pod", max: { cpu: "1", memory: "600Mi" } }] }],
			},
		),
		factsWith({}, { refusal: (owner) => (owner.includes("a") ? "refused" : undefined) }),
	];
	const oddities = fc.record(
		{
			hostNetwork: fc.boolean(),
			hostPID: fc.boolean(),
			hostUsers: fc.boolean(),
			dnsPolicy: fc.constantFrom("Default", "ClusterFirst"),
			os: fc.constantFrom({ name: "windows" }, { name: "linux" }, "windows"),
			nodeSelector: fc.constantFrom({ "kubernetes.io/os": "windows", disk: "ssd" }, null),
			resources: fc.constantFrom({ limits: { cpu: "1" } }, {}, { requests: {} }),
			securityContext: fc.constantFrom({ windowsOptions: { hostProcess: true } }, { runAsUser: 1 }),
			ephemeralContainers: fc.constantFrom([{ name: "furnace" }], [{ name: "debug" }]),
			serviceAccountName: fc.constantFrom("default", "web"),
		},
		{ requiredKeys: [] },
	);
	const extra = fc.constantFrom(
		{ name: "furnace" },
		{ name: "app", ports: [{ containerPort: 8444 }] },
		{ name: "app", ports: [{ containerPort: 8444, protocol: "UDP" }] },
		{ name: "win", securityContext: { windowsOptions: { hostProcess: true } } },
	);

	test("explains the same as the whole pod does", () => {
		fc.assert(
			fc.property(
				arbitraryPod,
				oddities,
				fc.option(extra, { nil: undefined }),
				fc.constantFrom(...facts),
				(pod, odd, container, known) => {
					const containers = [...(pod.spec.containers as object[]), ...(container ? [container] : [])];
					const whole = { ...pod, spec: { ...pod.spec, ...odd, containers } };
					const reviewed = readPod(whole);
					assert.deepEqual(
						skipByRules(bareOf(reviewed), "shop", known),
						skipByRules(reviewed, "shop", known),
					);
					assert.deepEqual(explainSkip(bareOf(reviewed), "shop", known), explainSkip(whole, "shop", known));
				},
			),
			{ numRuns: 3_000 },
		);
	});

	test("is small whatever the pod is", () => {
		const big = podObject({
			metadata: {
				labels: { furnace: "enabled", more: "x".repeat(50) },
				annotations: { last: "x".repeat(10_000) },
			},
			spec: {
				containers: [
					{ name: "app", image: "x".repeat(200), env: [{ name: "A", value: "x".repeat(10_000) }] },
				],
				volumes: Array.from({ length: 100 }, (_, index) => ({ name: `v-${index}`, emptyDir: {} })),
			},
		});
		const bytes = JSON.stringify(fakePods(big).list()).length;
		assert.ok(bytes < 600, `${bytes}`);
	});
});
