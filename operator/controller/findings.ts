import type { ImageProof } from "../../contract/furnace-resource.ts";
import { OBJECTS } from "../../contract/names.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import type { Furnace } from "../furnace.ts";
import { isServer } from "../objects/labels.ts";
import { type Obstacle, obstacleOf, type Pod } from "../pod.ts";
import type { ProofStep } from "../proof/advance.ts";
import { describeObstacle, type Finding, type Findings } from "./conditions.ts";

/** What was seen while the installation was looked after. */
export interface Observations {
	readonly furnace: Furnace;
	readonly deployment: KubernetesObject | undefined;
	/** in the Furnace's namespace */
	readonly pods: readonly Pod[];
	readonly webhookStands: boolean;
	readonly proof: ProofStep;
	/** undefined: there is none, though one is wanted */
	readonly claim: KubernetesObject | undefined;
	readonly kubernetes: { readonly major: number; readonly minor: number };
	/** what could not be done */
	readonly failures: readonly string[];
}

interface DeploymentStatus {
	readonly availableReplicas?: number;
}

/** Native sidecars are on by default since then. */
const MIN_MINOR = 29;

export function findingsOf(seen: Observations): Findings {
	const image = imageProven(seen.proof);
	return {
		Ready: ready(seen, image),
		ArchiveDurable: archiveDurable(seen),
		ImageProven: image,
		...(seen.furnace.spec.node.enabled
			? { NodeDaemon: no("NotInThisVersion", "this version has no node daemon; spec.node changes nothing") }
			: {}),
	};
}

/** Of a Furnace that is not the oldest. */
export function alreadyInstalled({ metadata }: Furnace): Findings {
	const { namespace, name } = metadata;
	const message = `the Furnace ${namespace}/${name} is older, and a cluster has one; delete either of them`;
	return { Ready: no("AlreadyInstalled", message) };
}

/** @param commands that an administrator must run */
export function rightsMissing(namespace: string, commands: string): Findings {
	return {
		Ready: no("RightsMissing", `the operator may not manage the namespace ${namespace}; run: ${commands}`),
	};
}

/** @returns the first that is true of: too old, something failed, servers not there, image not proven, no webhook */
function ready(seen: Observations, image: Finding): Finding {
	const { kubernetes, failures, furnace, webhookStands } = seen;
	if (kubernetes.major === 1 && kubernetes.minor < MIN_MINOR)
		return no(
			"KubernetesTooOld",
			`the API server or a node is of Kubernetes ${kubernetes.major}.${kubernetes.minor}; sidecars need 1.${MIN_MINOR}`,
		);
	if (failures.length > 0) return no("ReconcileFailed", failures.join("; "));
	const status = serverStatus(seen);
	if (status !== undefined) return no("ServersNotReady", status);
	if (!image.ok) return no("AgentImageUnproven", `nothing is injected: ${image.message}`);
	if (!webhookStands) return no("WebhookMissing", "the webhook is about to be set up");
	const { namespace } = furnace.metadata;
	return yes(
		"Installed",
		`label a namespace furnace=enabled and pods furnace: enabled; the page is the Service ${OBJECTS.server} in ${namespace}`,
	);
}

/**
 * A rollout that goes on is none of it: the older servers serve until then.
 * @returns undefined: there are enough servers, and nothing keeps new ones from starting
 */
function serverStatus({ furnace, deployment, pods }: Observations): string | undefined {
	const { availableReplicas = 0 } = statusOf(deployment);
	const wanted = furnace.spec.replicas;
	const count = `${Math.min(availableReplicas, wanted)} of ${wanted} servers are available`;
	const stuck = pods
		.filter(isServer)
		.map((pod) => ({ name: pod.metadata.name, obstacle: obstacleOf(pod) }))
		.find(({ obstacle }) => obstacle !== undefined);
	if (stuck?.obstacle !== undefined) return `${count}; ${stuck.name}: ${describeObstacle(stuck.obstacle)}`;
	return availableReplicas >= wanted ? undefined : count;
}

export function availableServers(deployment: KubernetesObject | undefined): number {
	return statusOf(deployment).availableReplicas ?? 0;
}

function statusOf(deployment: KubernetesObject | undefined): DeploymentStatus {
	return (deployment as { status?: DeploymentStatus } | undefined)?.status ?? {};
}

function imageProven({ proof, obstacle }: ProofStep): Finding {
	if (proof?.proven) return yes("Proven", `${proof.resolved ?? proof.image} starts as ${proof.privilege}`);
	if (obstacle !== undefined) return unproven(obstacle);
	if (proof === undefined) return no("Proving", "the agent's image is being tried");
	return unproven({ reason: proof.reason ?? "ProofFailed", message: proof.message ?? "" }, proof);
}

function unproven({ reason, message }: Obstacle, proof?: ImageProof): Finding {
	const times = proof === undefined ? "" : ` (tried ${proof.failures} times, last at ${proof.at})`;
	const advice = ADVICE[reason] === undefined ? "" : `; ${ADVICE[reason]}`;
	return no(reason, `${message}${advice}${times}`);
}

/** What to do about it, by reason. */
const ADVICE: Readonly<Record<string, string>> = {
	ImagePullFailed:
		"check the operator's FURNACE_SIDECAR_IMAGE; every node must be able to pull it without a pull secret, because the pods that it is injected into have none for it",
	ProofRefused:
		"agents need what this namespace does not allow: label it pod-security.kubernetes.io/enforce=privileged, or on OpenShift give the ServiceAccount furnace-agent the SCC privileged",
	NoNode: "no node takes it",
};

function archiveDurable({ furnace, claim }: Observations): Finding {
	const wanted = furnace.spec.archive.volumeClaim;
	if (wanted === undefined)
		return no(
			"EmptyDir",
			"recordings live in the servers' pods and are lost when all of them go at once; set spec.archive.volumeClaim to keep them",
		);
	const name = wanted.claimName ?? OBJECTS.archive;
	const phase = (claim as { status?: { phase?: string } } | undefined)?.status?.phase;
	if (phase === "Bound") return yes("VolumeClaim", `recordings are kept on the claim ${name}`);
	const state = claim === undefined ? "is not there" : `is ${phase ?? "new"}`;
	return no("VolumeClaimNotBound", `the claim ${name} ${state}; see its Events for why`);
}

function yes(reason: string, message: string): Finding {
	return { ok: true, reason, message };
}

function no(reason: string, message: string): Finding {
	return { ok: false, reason, message };
}
