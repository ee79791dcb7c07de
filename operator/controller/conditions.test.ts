import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import type { Pod } from "../pod.ts";
import { furnaceWith } from "../testing/furnace.ts";
import { conditionsOf, turned } from "./conditions.ts";
import { alreadyInstalled, findingsOf, type Observations } from "./findings.ts";

const PROVEN = {
	key: "k",
	image: "agent:1",
	privilege: "privileged",
	architectures: ["amd64"],
	proven: true,
	failures: 0,
	at: "2026-11-21T12:00:00Z",
} as const;

function deploymentWith(availableReplicas: number): KubernetesObject {
	return {
		apiVersion: "apps/v1",
		kind: "Deployment",
		metadata: { name: "furnace-server" },
		...{ status: { availableReplicas } },
	};
}

function seen(rest: Partial<Observations> = {}): Observations {
	return {
		furnace: furnaceWith(),
		deployment: deploymentWith(2),
		pods: [],
		webhookStands: true,
		proof: { proof: { ...PROVEN, architectures: ["amd64"] }, create: [], remove: [] },
		claim: undefined,
		kubernetes: { major: 1, minor: 34 },
		failures: [],
		...rest,
	};
}

const STUCK: Pod = {
	apiVersion: "v1",
	kind: "Pod",
	metadata: { name: "furnace-server-x", labels: { "app.kubernetes.io/name": "furnace-server" } },
	status: {
		containerStatuses: [
			{ name: "server", state: { waiting: { reason: "ErrImagePull", message: "not found" } } },
		],
	},
};

describe("findingsOf", () => {
	const cases: [string, Partial<Observations>, string, RegExp][] = [
		["all is well", {}, "Installed", /label a namespace furnace=enabled/],
		[
			"an old node",
			{ kubernetes: { major: 1, minor: 28 } },
			"KubernetesTooOld",
			/1\.28; sidecars need 1\.29/,
		],
		["something failed", { failures: ["Service x: forbidden"] }, "ReconcileFailed", /Service x: forbidden/],
		["no server yet", { deployment: undefined }, "ServersNotReady", /^0 of 2 servers are available$/],
		["one server", { deployment: deploymentWith(1) }, "ServersNotReady", /^1 of 2/],
		["a stuck rollout", { pods: [STUCK] }, "ServersNotReady", /furnace-server-x: ErrImagePull: not found/],
		["more than enough servers, while one is replaced", { deployment: deploymentWith(3) }, "Installed", /./],
		[
			"an image not tried yet",
			{ proof: { proof: undefined, create: [], remove: [] } },
			"AgentImageUnproven",
			/being tried/,
		],
		["no webhook", { webhookStands: false }, "WebhookMissing", /./],
	];
	for (const [name, observations, reason, message] of cases)
		test(`${name}: ${reason}`, () => {
			const { Ready } = findingsOf(seen(observations));
			assert.equal(Ready?.reason, reason);
			assert.match(Ready?.message ?? "", message);
			assert.equal(Ready?.ok, reason === "Installed");
		});

	test("why the image is not proven, and what to do about it", () => {
		const proof = {
			...PROVEN,
			architectures: [],
			proven: false,
			failures: 2,
			reason: "ProofRefused",
			message: "forbidden",
		};
		const { ImageProven } = findingsOf(seen({ proof: { proof, create: [], remove: [] } }));
		assert.equal(ImageProven?.reason, "ProofRefused");
		assert.match(
			ImageProven?.message ?? "",
			/^forbidden; .*enforce=privileged.*\(tried 2 times, last at 2026/,
		);
	});

	test("recordings are durable on a claim that is bound", () => {
		const furnace = furnaceWith({ archive: { volumeClaim: { size: "1Gi", accessMode: "ReadWriteMany" } } });
		const claim = (phase: string) =>
			({
				apiVersion: "v1",
				kind: "PersistentVolumeClaim",
				metadata: { name: "x" },
				status: { phase },
			}) as KubernetesObject;
		const reasonWith = (rest: Partial<Observations>) => findingsOf(seen(rest)).ArchiveDurable?.reason;
		assert.equal(reasonWith({}), "EmptyDir");
		assert.equal(reasonWith({ furnace, claim: claim("Bound") }), "VolumeClaim");
		assert.equal(reasonWith({ furnace, claim: claim("Pending") }), "VolumeClaimNotBound");
		assert.equal(reasonWith({ furnace }), "VolumeClaimNotBound");
	});

	test("a node daemon that is asked for is not silently left out", () => {
		const furnace = furnaceWith({ node: { enabled: true, authorization: "required" } });
		assert.equal(findingsOf(seen({ furnace })).NodeDaemon?.reason, "NotInThisVersion");
		assert.equal(findingsOf(seen()).NodeDaemon, undefined);
	});
});

describe("conditionsOf", () => {
	const now = new Date("2026-11-21T12:00:00.123Z");
	const earlier = new Date("2026-11-20T12:00:00Z");
	const bad = { Ready: { ok: false, reason: "ServersNotReady", message: "0 of 2" } };

	test("the time is that of the last change of status, not of the words", () => {
		const first = conditionsOf(bad, { generation: 1, now: earlier });
		const words = { Ready: { ok: false, reason: "AgentImageUnproven", message: "x" } };
		const [same] = conditionsOf(words, { before: first, generation: 2, now });
		assert.equal(same?.lastTransitionTime, "2026-11-20T12:00:00Z");
		assert.equal(same?.observedGeneration, 2);
		const [other] = conditionsOf(
			{ Ready: { ...words.Ready, ok: true } },
			{ before: first, generation: 2, now },
		);
		assert.equal(other?.lastTransitionTime, "2026-11-21T12:00:00Z");
	});

	test("what is told as an Event: another status or reason, not other words", () => {
		const before = conditionsOf(bad, { generation: 1, now: earlier });
		const after = (finding: Partial<(typeof bad)["Ready"]>) =>
			turned(conditionsOf({ Ready: { ...bad.Ready, ...finding } }, { before, generation: 1, now }), before)
				.length;
		assert.deepEqual(
			[after({}), after({ message: "1 of 2" }), after({ reason: "X" }), after({ ok: true })],
			[0, 0, 1, 1],
		);
	});

	test("a second Furnace is told which one counts", () => {
		const { Ready } = alreadyInstalled(furnaceWith());
		assert.match(Ready?.message ?? "", /furnace\/furnace is older/);
	});
});
