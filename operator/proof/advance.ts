import type { ImageProof } from "../../contract/furnace-resource.ts";
import type { Obstacle, Pod } from "../pod.ts";
import { byDigest } from "./digest.ts";
import { type Trial, trialKey } from "./key.ts";
import { architectureOf, TRIAL_LABEL } from "./pod.ts";
import { reasonOf, type Verdict, verdictOf } from "./verdict.ts";

export interface ProofFacts {
	readonly trial: Trial;
	/** of the cluster's Linux nodes */
	readonly architectures: readonly string[];
	/** all proof pods there are */
	readonly pods: readonly Pod[];
	/** what was found last, of this trial or another */
	readonly known: ImageProof | undefined;
	readonly now: Date;
}

export interface ProofStep {
	/** what is known now; undefined: nothing of this trial */
	readonly proof: ImageProof | undefined;
	/** architectures to make a pod for */
	readonly create: readonly string[];
	readonly remove: readonly Pod[];
	/** what keeps it waiting */
	readonly obstacle?: Obstacle;
	/** when to look again, ms; absent: when something changes */
	readonly againMs?: number;
}

const FIRST_RETRY_MS = 60_000;
const LONGEST_RETRY_MS = 1_800_000;
/** Pods report changes by themselves; a deadline that passed does not. */
const LOOK_AGAIN_MS = 30_000;

/** Decides what is to be done next to know whether the agent's image starts on every kind of node there is. */
export function advanceProof(facts: ProofFacts): ProofStep {
	const { trial, architectures, pods, now } = facts;
	const key = trialKey(trial);
	const known = facts.known?.key === key ? facts.known : undefined;
	const isOurs = (pod: Pod) =>
		pod.metadata.labels?.[TRIAL_LABEL] === key && architectures.includes(architectureOf(pod));
	const others = pods.filter((pod) => !isOurs(pod));

	if (known?.proven && architectures.every((name) => known.architectures.includes(name)))
		return { proof: known, create: [], remove: going(pods) };
	const waitMs = known === undefined || known.proven ? 0 : retryAt(known) - now.getTime();
	if (waitMs > 0) return { proof: known, create: [], remove: going(pods), againMs: waitMs };
	if (architectures.length === 0) {
		const obstacle = { reason: "Unschedulable", message: "the cluster has no Linux node" };
		return { proof: known, create: [], remove: going(pods), obstacle };
	}
	const step = judge({ ...facts, pods: pods.filter(isOurs) }, known);
	return { ...step, remove: going([...others, ...step.remove]) };
}

/** Records that a proof pod was not even let in. */
export function refusedProof(
	trial: Trial,
	known: ImageProof | undefined,
	message: string,
	now: Date,
): ImageProof {
	return failed(trial, known, { reason: "ProofRefused", message }, now);
}

function judge({ trial, architectures, pods, now }: ProofFacts, known: ImageProof | undefined): ProofStep {
	const verdicts = new Map<string, Verdict>(
		pods
			.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
			.map((pod) => [architectureOf(pod), verdictOf(pod, now)]),
	);
	const failure = [...verdicts.values()].find((verdict) => verdict.outcome === "failed");
	if (failure !== undefined) return { proof: failed(trial, known, failure, now), create: [], remove: pods };
	const imageIds = architectures
		.map((name) => verdicts.get(name))
		.flatMap((verdict) => (verdict?.outcome === "proven" ? [verdict.imageId] : []));
	if (imageIds.length === architectures.length)
		return { proof: proven(trial, architectures, imageIds, now), create: [], remove: pods };
	const obstacle = [...verdicts.values()]
		.map((verdict) => (verdict.outcome === "waiting" ? verdict.obstacle : undefined))
		.find((found) => found !== undefined);
	const present = new Set(pods.map(architectureOf));
	return {
		proof: known,
		create: architectures.filter((name) => !present.has(name)),
		remove: [],
		...(obstacle === undefined ? {} : { obstacle: { ...obstacle, reason: reasonOf(obstacle.reason) } }),
		againMs: LOOK_AGAIN_MS,
	};
}

function proven(
	trial: Trial,
	architectures: readonly string[],
	imageIds: readonly string[],
	now: Date,
): ImageProof {
	// an image that is never pulled is known by the name under which it was loaded only
	const resolved = trial.imagePullPolicy === "Never" ? undefined : byDigest(trial.image, imageIds);
	return {
		...recordOf(trial, now),
		architectures: [...architectures],
		...(resolved === undefined ? {} : { resolved }),
		proven: true,
		failures: 0,
	};
}

function failed(trial: Trial, known: ImageProof | undefined, why: Obstacle, now: Date): ImageProof {
	return {
		...recordOf(trial, now),
		architectures: [],
		proven: false,
		failures: (known?.key === trialKey(trial) ? known.failures : 0) + 1,
		reason: why.reason,
		message: why.message,
	};
}

function recordOf(trial: Trial, now: Date) {
	return {
		key: trialKey(trial),
		image: trial.image,
		privilege: trial.privilege,
		at: now.toISOString(),
	};
}

function retryAt({ at, failures }: ImageProof): number {
	const waitMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 10));
	return new Date(at).getTime() + waitMs;
}

/** Those that are not going already. */
function going(pods: readonly Pod[]): Pod[] {
	return pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}
