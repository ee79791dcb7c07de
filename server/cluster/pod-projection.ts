import { AGENT_ENVIRONMENT } from "../../contract/agent-environment.ts";
import { SIDECAR_CONTAINER } from "../../contract/names.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import { type Fields, fieldsOf, listOf, ownerOf, type ReviewedPod } from "../admission/pod.ts";
import { isAskedFor, isInjected } from "../admission/pod-rules.ts";
import { bareOf } from "./bare-pod.ts";
import { rootsIn } from "./roots.ts";
import { type SidecarState, sidecarState } from "./sidecar-state.ts";

/** What is kept of a pod of the cluster: there may be a hundred thousand. */
export interface ClusterPod {
	readonly name: string;
	readonly namespace: string;
	readonly uid: string;
	/** milliseconds since the epoch */
	readonly createdAt: number;
	/** `Pending`, `Running` ... */
	readonly phase: string;
	/** `Succeeded` or `Failed`: nothing of it runs any more */
	readonly ended: boolean;
	/** its own network's address; absent: it has none yet, or uses its node's */
	readonly ip?: string;
	/** `Deployment web` */
	readonly workload?: string;
	/** of a pod with our sidecar */
	readonly sidecar?: SidecarState;
	/** fingerprints of the roots that the sidecar was given */
	readonly roots?: readonly string[];
	/** of a pod that asked for a sidecar and has none: what the rules read */
	readonly bare?: ReviewedPod;
}

/** A pod as the API has it. */
export interface PodObject extends KubernetesObject {
	readonly spec?: unknown;
	readonly status?: unknown;
}

const ENDED: ReadonlySet<string> = new Set(["Succeeded", "Failed"]);

export function projectPod({ metadata, ...object }: PodObject): ClusterPod {
	const pod = { metadata, spec: fieldsOf(object.spec) } as unknown as ReviewedPod;
	const status = fieldsOf(object.status);
	const phase = typeof status.phase === "string" ? status.phase : "Pending";
	return {
		name: metadata.name,
		namespace: metadata.namespace ?? "",
		uid: metadata.uid ?? "",
		createdAt: Date.parse(metadata.creationTimestamp ?? "") || 0,
		phase,
		ended: ENDED.has(phase),
		...addressOf(pod, status),
		...workloadOf(pod),
		...injectionOf(pod, status),
	};
}

/** A pod on its node's network shares the address with all others there: an agent's port on it proves nothing. */
function addressOf({ spec }: ReviewedPod, { podIP }: Fields): Pick<ClusterPod, "ip"> {
	return typeof podIP !== "string" || podIP === "" || spec.hostNetwork === true ? {} : { ip: podIP };
}

function injectionOf(pod: ReviewedPod, status: Fields): Pick<ClusterPod, "sidecar" | "roots" | "bare"> {
	if (isInjected(pod)) return { sidecar: sidecarState(status), roots: rootsIn(givenRoots(pod)) };
	return isAskedFor(pod) ? { bare: bareOf(pod) } : {};
}

function givenRoots({ spec }: ReviewedPod): string {
	const sidecar = listOf(spec.initContainers).find(({ name }) => name === SIDECAR_CONTAINER);
	const value = listOf(sidecar?.env).find(({ name }) => name === AGENT_ENVIRONMENT.ca)?.value;
	return typeof value === "string" ? value : "";
}

/** What people made, where it can be told: of a ReplicaSet its Deployment. */
function workloadOf(pod: ReviewedPod): Pick<ClusterPod, "workload"> {
	const owner = ownerOf(pod);
	if (owner === undefined) return {};
	const hash = pod.metadata.labels?.["pod-template-hash"];
	const ofDeployment =
		owner.kind === "ReplicaSet" && typeof hash === "string" && owner.name.endsWith(`-${hash}`);
	if (!ofDeployment) return { workload: `${owner.kind} ${owner.name}` };
	return { workload: `Deployment ${owner.name.slice(0, -hash.length - 1)}` };
}
