import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { parse } from "yaml";
import { SKIP_CODES, type SkipCode } from "../../contract/skip-reason.ts";
import type { NamespaceFacts } from "./facts.ts";
import { readPod } from "./pod.ts";
import { skipOf } from "./rules.ts";
import { factsWith } from "./testing/facts.ts";

const ASKING = { labels: { furnace: "enabled" } };
const APP = { containers: [{ name: "app" }] };

function codeOf(pod: object, facts = factsWith(), namespace = "shop"): SkipCode | undefined {
	return skipOf(readPod(pod), namespace, facts)?.code;
}

describe("skip reasons", () => {
	test("each has a golden pod, or is shown below", () => {
		const folder = join(import.meta.dirname, "golden");
		const files = readdirSync(folder).filter((file) => file.endsWith(".skipped.yaml"));
		const shown = new Set(files.map((file) => parse(readFileSync(join(folder, file), "utf8")).code));
		const rest = SKIP_CODES.filter((code) => !shown.has(code));
		assert.deepEqual(rest, [
			"already-injected",
			"not-configured",
			"system-namespace",
			// these two are not decisions about a pod's creation: see explain.test.ts and mutate.test.ts
			"missed",
			"internal-fault",
		]);
	});

	test("already-injected: our annotation and our sidecar; one of the two alone is something else", () => {
		const sidecar = { name: "furnace", restartPolicy: "Always", volumeMounts: [{ name: "furnace-token" }] };
		const annotated = { ...ASKING, annotations: { "furnace.hyperfoil.io/injected": "0.9" } };
		const spec = { ...APP, initContainers: [sidecar] };
		assert.equal(codeOf({ metadata: annotated, spec }), "already-injected");
		assert.equal(codeOf({ metadata: ASKING, spec }), "container-name-conflict");
		assert.equal(codeOf({ metadata: annotated, spec: APP }), undefined);
		for (const change of [{ restartPolicy: undefined }, { volumeMounts: [] }]) {
			const imitation = { ...APP, initContainers: [{ ...sidecar, ...change }] };
			assert.equal(codeOf({ metadata: annotated, spec: imitation }), "container-name-conflict");
		}
	});

	test("not-configured: no Furnace", () => {
		const nothing = factsWith({}, { configuration: () => undefined });
		assert.equal(codeOf({ metadata: ASKING, spec: APP }, nothing), "not-configured");
		assert.equal(codeOf({ metadata: {}, spec: APP }, nothing), "not-asked");
		assert.equal(codeOf({ metadata: ASKING, spec: { ...APP, hostPID: true } }, nothing), "host-pid");
	});

	test("system-namespace: the cluster's and Furnace's own", () => {
		for (const namespace of ["kube-system", "kube-public", "kube-node-lease", "furnace"]) {
			assert.equal(codeOf({ metadata: ASKING, spec: APP }, factsWith(), namespace), "system-namespace");
		}
		assert.equal(codeOf({ metadata: ASKING, spec: APP }, factsWith(), "furnace-of-mine"), undefined);
	});

	test("the first hit wins: what the author said comes before what an administrator must do", () => {
		const windows = { ...APP, os: { name: "windows" }, hostNetwork: true };
		const optedOut = { ...ASKING, annotations: { "furnace.hyperfoil.io/inject": "false" } };
		const unproven = factsWith({ imageProven: false, kubernetes: { major: 1, minor: 20 } });
		assert.equal(codeOf({ metadata: optedOut, spec: windows }, unproven), "opted-out");
		assert.equal(codeOf({ metadata: ASKING, spec: windows }, unproven), "windows");
		assert.equal(codeOf({ metadata: ASKING, spec: APP }, unproven), "server-too-old");
	});
});

describe("consent", () => {
	const asks = { label: ASKING, annotation: { annotations: { furnace: "enabled" } }, neither: {} };
	const labels = { furnace: "enabled" };
	const listing = { "furnace.hyperfoil.io/service-accounts": " builder,checkout " };
	const namespaces: Record<string, NamespaceFacts | undefined> = {
		unknown: undefined,
		enabled: { labels, annotations: {} },
		listing: { labels, annotations: listing },
		misspelt: { labels: { furnace: "true" }, annotations: listing },
	};
	// namespace: what pods of the listed and of another service account get when they ask
	const expected: Record<string, [SkipCode | undefined, SkipCode | undefined]> = {
		unknown: [undefined, undefined],
		enabled: [undefined, undefined],
		listing: [undefined, "service-account-not-enabled"],
		misspelt: ["namespace-not-enabled", "namespace-not-enabled"],
	};
	const kinds = ["ReplicaSet", "StatefulSet", "DaemonSet", "Job", "Node", undefined];
	for (const [how, metadata] of Object.entries(asks)) {
		for (const [which, known] of Object.entries(namespaces)) {
			test(`pod: ${how}, namespace: ${which}, whoever owns the pod`, () => {
				const facts = factsWith({}, { namespace: () => known });
				for (const kind of kinds) {
					const ownerReferences = kind === undefined ? [] : [{ kind, name: "x", uid: "u", controller: true }];
					const codes = ["checkout", "default"].map((serviceAccountName) =>
						codeOf(
							{ metadata: { ...metadata, ownerReferences }, spec: { ...APP, serviceAccountName } },
							facts,
						),
					);
					assert.deepEqual(codes, how === "neither" ? ["not-asked", "not-asked"] : expected[which]);
				}
			});
		}
	}
});

describe("a refusal", () => {
	test("holds for the owner's next pod, and for no other owner's", () => {
		const facts = factsWith({}, { refusal: (owner) => (owner === "shop/rs-1" ? "denied" : undefined) });
		const owned = (uid: string) => ({ ...ASKING, ownerReferences: [{ uid, controller: true }] });
		assert.equal(codeOf({ metadata: owned("rs-1"), spec: APP }, facts), "refused-by-admission");
		assert.equal(codeOf({ metadata: owned("rs-2"), spec: APP }, facts), undefined);
		assert.equal(codeOf({ metadata: owned("rs-1"), spec: APP }, facts, "other"), undefined);
	});
});
