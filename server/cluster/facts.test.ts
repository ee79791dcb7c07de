import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { LimitRangeFacts, QuotaFacts } from "../admission/facts.ts";
import { createRefusals } from "../admission/refusals.ts";
import { CONFIGURATION } from "../admission/testing/facts.ts";
import { admissionFacts, clusterFacts } from "./facts.ts";
import { projectLimitRange, projectNamespace, projectQuota } from "./namespace-projection.ts";
import { projectRefusal, rememberRefusals } from "./refusal-events.ts";

const object = (kind: string, metadata: object, rest: object = {}) => ({
	apiVersion: "v1",
	kind,
	metadata: { name: "one", ...metadata },
	...rest,
});

function start() {
	const labelled = { furnace: "enabled", "pod-security.kubernetes.io/enforce": "baseline", team: "x" };
	const annotations = { "furnace.hyperfoil.io/service-accounts": "a, b", other: "y" };
	const known = [
		projectNamespace(object("Namespace", { name: "shop", labels: labelled, annotations })),
		projectNamespace(object("Namespace", { name: "plain" })),
	];
	const namespaces = { get: (name: string) => known.find((each) => each.name === name) };
	const quotas: QuotaFacts[] = [
		projectQuota(
			object("ResourceQuota", {}, { spec: { hard: { cpu: "2" } }, status: { hard: {}, used: { cpu: "1" } } }),
		),
	];
	const limitRanges: LimitRangeFacts[] = [
		projectLimitRange(
			object(
				"LimitRange",
				{},
				{ spec: { limits: [{ type: "Pod", max: { cpu: "1" }, default: { cpu: "1" } }] } },
			),
		),
	];
	let now = 1_800_000_000_000;
	const refusals = createRefusals(() => now);
	const facts = clusterFacts({
		configuration: () => CONFIGURATION,
		namespaces,
		quotas: { list: (namespace) => (namespace === "shop" ? quotas : []) },
		limitRanges: { list: (namespace) => (namespace === "shop" ? limitRanges : []) },
		refusals,
	});
	const wait = (ms: number) => {
		now += ms;
	};
	return { facts, forAdmission: admissionFacts(facts, namespaces), refusals, wait, now: () => now };
}

describe("what decisions are made from", () => {
	test("is what the stores hold, and nothing where they hold nothing", () => {
		const { facts } = start();
		assert.equal(facts.configuration(), CONFIGURATION);
		assert.deepEqual(facts.namespace("shop")?.labels, {
			furnace: "enabled",
			"pod-security.kubernetes.io/enforce": "baseline",
		});
		assert.deepEqual(facts.namespace("shop")?.annotations, {
			"furnace.hyperfoil.io/service-accounts": "a, b",
		});
		assert.equal(facts.namespace("unknown"), undefined);
		assert.deepEqual(facts.quotas("shop"), [{ name: "one", hard: { cpu: "2" }, used: { cpu: "1" } }]);
		assert.deepEqual(facts.limitRanges("shop"), [
			{ name: "one", limits: [{ type: "Pod", max: { cpu: "1" }, min: {}, maxLimitRequestRatio: {} }] },
		]);
		assert.deepEqual([facts.quotas("plain"), facts.limitRanges("plain")], [[], []]);
		assert.equal(facts.refusal("shop/1"), undefined);
	});

	test("a namespace without the label is believed to have it when the webhook is called for it", () => {
		const { facts, forAdmission } = start();
		assert.deepEqual(facts.namespace("plain")?.labels, {});
		assert.equal(forAdmission.namespace("plain"), undefined);
		assert.equal(forAdmission.namespace("shop"), facts.namespace("shop"));
	});
});

describe("refusals in Events", () => {
	const message =
		'pods "web-1" is forbidden: violates PodSecurity "baseline:latest": privileged (container "furnace" must not set securityContext.privileged=true)';
	const event = (changes: object = {}) =>
		object(
			"Event",
			{ creationTimestamp: "2026-11-21T15:00:00Z" },
			{
				message,
				involvedObject: { kind: "ReplicaSet", namespace: "shop", name: "web", uid: "rs-1" },
				...changes,
			},
		);
	const tell = (refusals: ReturnType<typeof start>["refusals"], changes: object) =>
		rememberRefusals(refusals)({
			type: "added",
			name: "e",
			uid: "e",
			object: projectRefusal(event(changes)),
		});

	test("that name our container stop injection for their owner for ten minutes from when they were said", () => {
		const { facts, refusals, wait, now } = start();
		tell(refusals, { lastTimestamp: new Date(now() - 60_000).toISOString() });
		assert.match(facts.refusal("shop/rs-1") ?? "", /must not set/);
		assert.equal(facts.refusal("shop/rs-2"), undefined);
		wait(9 * 60_000 - 1);
		assert.notEqual(facts.refusal("shop/rs-1"), undefined);
		wait(1);
		assert.equal(facts.refusal("shop/rs-1"), undefined);
	});

	test("the newest of an Event's times counts; what is old was learnt from already", () => {
		const { facts, refusals, now } = start();
		const old = new Date(now() - 3_600_000).toISOString();
		const recent = new Date(now() - 1_000).toISOString();
		tell(refusals, { lastTimestamp: old });
		assert.equal(facts.refusal("shop/rs-1"), undefined);
		tell(refusals, { lastTimestamp: null, eventTime: old, series: { lastObservedTime: recent } });
		assert.notEqual(facts.refusal("shop/rs-1"), undefined);
	});

	test("of others are not kept", () => {
		assert.equal(projectRefusal(event({ message: 'exceeded quota: "furnace-quota-x"' })), null);
		assert.equal(projectRefusal(event({ message: undefined })), null);
		assert.equal(projectRefusal(event({ involvedObject: undefined })), null);
	});
});
