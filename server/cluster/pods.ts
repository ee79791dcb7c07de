import type { LadderRoute, Pod } from "../../contract/pod.ts";
import { skipMessage } from "../../contract/skip-reason.ts";
import type { Store } from "../../kubernetes/store.ts";
import type { PodEntry, PodSource } from "../adapters.ts";
import { explainSkip } from "../admission/explain.ts";
import type { InjectionFacts } from "../admission/facts.ts";
import type { ClusterNamespace } from "./namespace-projection.ts";
import type { ClusterPod } from "./pod-projection.ts";
import { rootsIn, shareRoot } from "./roots.ts";

export interface ClusterPodsOptions {
	readonly pods: Pick<Store<ClusterPod>, "get" | "list">;
	readonly namespaces: Pick<Store<ClusterNamespace>, "get" | "list">;
	readonly facts: InjectionFacts;
	/** PEM: the roots that are trusted now; undefined: not known */
	readonly ca: () => string | undefined;
}

/** Ways that a later version will have. */
const LATER: readonly LadderRoute[] = [
	{
		route: "endpoint",
		available: false,
		reason: "This version does not read profiles from a port of the program yet.",
	},
	{ route: "agent-pod", available: false, reason: "This version does not start agent pods yet." },
	{ route: "node-daemon", available: false, reason: "This version has no node daemon yet." },
];

/** The pods of a cluster, from what is known of it: nothing is asked. Those that have ended have nothing to record. */
export function clusterPods({ pods, namespaces, facts, ca }: ClusterPodsOptions): PodSource {
	function entryOf(pod: ClusterPod): PodEntry {
		const skip = skipOf(pod, facts);
		const stale = isStale(pod, ca());
		return {
			name: pod.name,
			uid: pod.uid,
			description: pod.workload === undefined ? pod.phase : `${pod.workload}, ${pod.phase}`,
			agentKey: pod.sidecar === undefined ? null : pod.uid,
			agentPath: "",
			...(stale ? { staleTrust: true } : {}),
			skip,
			routes: [sidecarRoute(pod, skip, stale), ...LATER],
		};
	}
	return {
		namespaces: async () =>
			namespaces
				.list()
				.flatMap(({ name, enabled }) => (enabled ? [name] : []))
				.sort(),
		async pods(namespace) {
			if (namespaces.get(namespace) === undefined) return null;
			return pods
				.list(namespace)
				.filter(({ ended }) => !ended)
				.map(entryOf)
				.sort((a, b) => (a.name < b.name ? -1 : 1));
		},
		async pod(namespace, name) {
			const pod = pods.get(name, namespace);
			return pod === undefined ? null : entryOf(pod);
		},
	};
}

/** Why a pod has no sidecar, by the rules as they would decide now. @returns null: it has one */
export function skipOf({ sidecar, bare, namespace }: ClusterPod, facts: InjectionFacts): Pod["skip"] {
	if (sidecar !== undefined) return null;
	if (bare === undefined) return { code: "not-asked", message: skipMessage("not-asked") };
	try {
		return explainSkip(bare, namespace, facts);
	} catch {
		// the webhook would have stumbled over the same
		return { code: "internal-fault", message: skipMessage("internal-fault") };
	}
}

/** Is none of the roots that its sidecar was given in use any more? */
function isStale({ roots }: ClusterPod, ca: string | undefined): boolean {
	return roots !== undefined && ca !== undefined && !shareRoot(roots, rootsIn(ca));
}

function sidecarRoute({ sidecar }: ClusterPod, skip: Pod["skip"], stale: boolean): LadderRoute {
	const route = "sidecar";
	if (sidecar === undefined)
		return { route, available: false, reason: skip?.message ?? "It has no sidecar." };
	if (!sidecar.running || !stale) return { route, available: sidecar.running, reason: sidecar.reason };
	const reason =
		"Its sidecar was given certificates that are no longer in use. If it does not register, restart the workload.";
	return { route, available: true, reason };
}
