import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ImageProof } from "../../contract/furnace-resource.ts";
import { sidecarResources } from "../objects/installation.ts";
import type { ContainerStatus, Pod } from "../pod.ts";
import { furnaceWith, installedWith } from "../testing/furnace.ts";
import { advanceProof, type ProofFacts, refusedProof } from "./advance.ts";
import { byDigest } from "./digest.ts";
import { type Trial, trialKey } from "./key.ts";
import { proofPod } from "./pod.ts";

const NOW = new Date("2026-11-21T12:00:00Z");
const DIGEST = `sha256:${"a".repeat(64)}`;
const TRIAL: Trial = {
	image: "registry.example:5000/furnace-sidecar:1.0.0",
	privilege: "privileged",
	resources: sidecarResources(furnaceWith()),
};

function pod(architecture: string, status: Pod["status"] = {}, trial = TRIAL): Pod {
	const made = proofPod(installedWith(), trial, architecture);
	return { ...made, metadata: { ...made.metadata, creationTimestamp: NOW.toISOString() }, status } as Pod;
}

function container(state: ContainerStatus["state"], imageID = ""): readonly ContainerStatus[] {
	return [{ name: "agent", imageID, ...(state === undefined ? {} : { state }) }];
}

const proven = (architecture: string, digest = DIGEST) =>
	pod(architecture, {
		phase: "Succeeded",
		containerStatuses: container(
			{ terminated: { exitCode: 0 } },
			`registry.example:5000/furnace-sidecar@${digest}`,
		),
	});

function advance(facts: Partial<ProofFacts> = {}) {
	return advanceProof({
		trial: TRIAL,
		architectures: ["amd64"],
		pods: [],
		known: undefined,
		now: NOW,
		...facts,
	});
}

function later(ms: number): Date {
	return new Date(NOW.getTime() + ms);
}

describe("advanceProof", () => {
	test("a pod for each architecture, and none more while they are there", () => {
		assert.deepEqual(advance({ architectures: ["amd64", "arm64"] }).create, ["amd64", "arm64"]);
		const step = advance({ architectures: ["amd64", "arm64"], pods: [pod("amd64")] });
		assert.deepEqual(step.create, ["arm64"]);
		assert.equal(step.proof, undefined);
	});

	test("proven when all have ended well: by digest, pods removed, and known from then on", () => {
		const pods = [proven("amd64"), proven("arm64")];
		const { proof, remove, create } = advance({ architectures: ["amd64", "arm64"], pods });
		assert.equal(proof?.resolved, `registry.example:5000/furnace-sidecar@${DIGEST}`);
		assert.equal(proof?.proven, true);
		assert.deepEqual([remove.length, create.length], [2, 0]);
		const again = advance({ architectures: ["amd64"], known: proof });
		assert.deepEqual([again.proof, again.create, again.remove], [proof, [], []]);
	});

	test("a node of a new kind, another image or another privilege are to be proven again", () => {
		const { proof } = advance({ pods: [proven("amd64")] });
		assert.deepEqual(advance({ architectures: ["amd64", "arm64"], known: proof }).create, ["amd64", "arm64"]);
		for (const change of [{ image: "other:2" }, { privilege: "capabilities" as const }]) {
			const step = advance({ trial: { ...TRIAL, ...change }, known: proof, pods: [pod("amd64")] });
			assert.deepEqual(step.create, ["amd64"]);
			assert.equal(step.proof, undefined);
			assert.equal(step.remove.length, 1, "the pod of the former trial");
		}
	});

	test("an image that cannot be pulled is told in the kubelet's words, while it is tried on", () => {
		const message = 'Back-off pulling image "x": ErrImagePull: not found';
		const waiting = container({ waiting: { reason: "ImagePullBackOff", message } });
		const { obstacle, proof, remove } = advance({
			pods: [pod("amd64", { phase: "Pending", containerStatuses: waiting })],
		});
		assert.deepEqual(obstacle, { reason: "ImagePullFailed", message });
		assert.deepEqual([proof, remove], [undefined, []]);
		const lateStep = advance({
			pods: [pod("amd64", { phase: "Pending", containerStatuses: waiting })],
			now: later(331_000),
		});
		assert.equal(lateStep.proof?.reason, "ImagePullFailed");
		assert.equal(lateStep.remove.length, 1);
	});

	test("a start that is under way is no obstacle", () => {
		const creating = container({ waiting: { reason: "ContainerCreating" } });
		assert.equal(advance({ pods: [pod("amd64", { containerStatuses: creating })] }).obstacle, undefined);
	});

	test("no node that takes it is told in the scheduler's words", () => {
		const conditions = [
			{ type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/3 nodes" },
		];
		const { obstacle } = advance({ pods: [pod("amd64", { phase: "Pending", conditions })] });
		assert.deepEqual(obstacle, { reason: "NoNode", message: "0/3 nodes" });
		assert.equal(advance({ architectures: [] }).obstacle?.message, "the cluster has no Linux node");
	});

	test("an agent that fails is told in its own words, without the stack", () => {
		const message = "file.mjs:16\n\nTypeError: perf is missing\n    at a (b.mjs:1:1)\n\nNode.js v24.21.0\n";
		const ended = container({ terminated: { exitCode: 1, reason: "Error", message } });
		const { proof } = advance({ pods: [pod("amd64", { phase: "Failed", containerStatuses: ended })] });
		assert.equal(proof?.message, "the agent ended with exit code 1: file.mjs:16 TypeError: perf is missing");
		assert.equal(proof?.proven, false);
	});

	test("one that was killed by its deadline says so", () => {
		const { proof } = advance({
			pods: [pod("amd64", { phase: "Failed", reason: "DeadlineExceeded", message: "was active too long" })],
		});
		assert.deepEqual([proof?.reason, proof?.message], ["ProofFailed", "was active too long"]);
	});

	test("failures are tried again after pauses that grow to half an hour", () => {
		let known: ImageProof | undefined;
		const waits = [1, 2, 3, 4, 5, 6, 7].map(() => {
			known = refusedProof(TRIAL, known, "forbidden: violates PodSecurity", NOW);
			const { againMs, create } = advance({ known });
			assert.deepEqual(create, []);
			assert.deepEqual(advance({ known, now: later(againMs ?? 0) }).create, ["amd64"]);
			return (againMs ?? 0) / 60_000;
		});
		assert.deepEqual(waits, [1, 2, 4, 8, 16, 30, 30]);
	});

	test("a pod that is going is neither judged, nor removed, nor made again", () => {
		const going = proven("amd64");
		const pods = [{ ...going, metadata: { ...going.metadata, deletionTimestamp: NOW.toISOString() } }];
		const { proof, create, remove } = advance({ pods });
		assert.deepEqual([proof, create, remove], [undefined, [], []]);
	});

	test("an image that is never pulled keeps the name it was loaded under", () => {
		const trial = { ...TRIAL, imagePullPolicy: "Never" };
		const ended = { phase: "Succeeded", containerStatuses: container(undefined, `x@${DIGEST}`) };
		const { proof } = advance({ trial, pods: [pod("amd64", ended, trial)] });
		assert.deepEqual([proof?.proven, proof?.resolved], [true, undefined]);
	});
});

describe("byDigest", () => {
	const cases: [string, string, string[], string | undefined][] = [
		["a registry's image", "r.example/a/b:1", [`r.example/a/b@${DIGEST}`], `r.example/a/b@${DIGEST}`],
		["without a tag", "b", [`docker.io/library/b@${DIGEST}`], `b@${DIGEST}`],
		["an older runtime's way", "b:1", [`docker-pullable://b@${DIGEST}`], `b@${DIGEST}`],
		["a port is no tag", "r.example:5000/b", [`r.example:5000/b@${DIGEST}`], `r.example:5000/b@${DIGEST}`],
		["an image that came from no registry", "b:1", [DIGEST], undefined],
		["a local one", "localhost/b:1", [`localhost/b@${DIGEST}`], undefined],
		["given by digest already", `b@${DIGEST}`, [`b@${DIGEST}`], undefined],
		["each architecture its own", "b:1", [`b@${DIGEST}`, `b@sha256:${"b".repeat(64)}`], undefined],
		["one of them unknown", "b:1", [`b@${DIGEST}`, DIGEST], undefined],
	];
	for (const [name, image, ids, expected] of cases)
		test(name, () => assert.equal(byDigest(image, ids), expected));
});

describe("a proof pod", () => {
	test("its name fits whatever the image is called", () => {
		const { name } = proofPod(installedWith(), { ...TRIAL, image: "x".repeat(300) }, "amd64").metadata;
		assert.match(name, /^furnace-proof-amd64-[0-9a-f]{12}$/);
	});

	test("all that is tried together makes the key", () => {
		const resources = { ...TRIAL.resources, limits: { cpu: "2", memory: "1Gi" } };
		const keys = [
			TRIAL,
			{ ...TRIAL, image: "y" },
			{ ...TRIAL, privilege: "capabilities" as const },
			{ ...TRIAL, resources },
			{ ...TRIAL, imagePullPolicy: "Always" },
		].map(trialKey);
		assert.equal(new Set(keys).size, keys.length);
	});
});
