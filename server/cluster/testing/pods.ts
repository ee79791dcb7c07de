import { AGENT_ENVIRONMENT } from "../../../contract/agent-environment.ts";
import { ANNOTATION_INJECTED, SIDECAR_CONTAINER } from "../../../contract/names.ts";
import type { Change } from "../../../kubernetes/change.ts";
import type { Store } from "../../../kubernetes/store.ts";
import { SIDECAR_VOLUMES } from "../../admission/sidecar.ts";
import { type ClusterPod, type PodObject, projectPod } from "../pod-projection.ts";

interface PodDetails {
	name?: string;
	namespace?: string;
	uid?: string;
	metadata?: object;
	spec?: object;
	status?: object;
}

/** A pod as the API has it. */
export function podObject(details: PodDetails = {}): PodObject {
	const { name = "web-1", namespace = "shop", uid = `uid-of-${name}`, metadata, spec, status } = details;
	return {
		apiVersion: "v1",
		kind: "Pod",
		metadata: { name, namespace, uid, creationTimestamp: "2026-11-21T16:00:00Z", ...metadata },
		spec: { containers: [{ name: "app", image: "app" }], ...spec },
		status: { phase: "Running", podIP: "10.1.2.3", ...status },
	};
}

/** One that has our sidecar, which runs. @param ca what it was given, PEM */
export function injectedPod(details: PodDetails = {}, ca = ""): PodObject {
	const { metadata, spec, status, ...names } = details;
	const sidecar = {
		name: SIDECAR_CONTAINER,
		restartPolicy: "Always",
		env: [{ name: AGENT_ENVIRONMENT.ca, value: ca }],
		volumeMounts: [{ name: SIDECAR_VOLUMES.token, mountPath: "/token" }],
	};
	const running = { name: SIDECAR_CONTAINER, state: { running: { startedAt: "2026-11-21T16:00:01Z" } } };
	return podObject({
		...names,
		metadata: { labels: { furnace: "enabled" }, annotations: { [ANNOTATION_INJECTED]: "1" }, ...metadata },
		spec: { initContainers: [sidecar], ...spec },
		status: { initContainerStatuses: [running], ...status },
	});
}

export interface FakePods extends Pick<Store<ClusterPod>, "get" | "byUid" | "list" | "isSynced"> {
	/** Adds or changes one. @returns what a store would tell */
	put(object: PodObject): Change<ClusterPod>;
	remove(uid: string): Change<ClusterPod>;
	synced: boolean;
}

/** A store that holds what a test puts into it. */
export function fakePods(...objects: PodObject[]): FakePods {
	const pods = new Map<string, ClusterPod>();
	const fake: FakePods = {
		synced: true,
		isSynced: () => fake.synced,
		byUid: (uid) => pods.get(uid),
		get: (name, namespace) =>
			[...pods.values()].find((pod) => pod.name === name && pod.namespace === namespace),
		list: (namespace) => [...pods.values()].filter((pod) => pod.namespace === (namespace ?? pod.namespace)),
		put(object) {
			const pod = projectPod(object);
			const before = pods.get(pod.uid);
			pods.set(pod.uid, pod);
			const { name, namespace, uid } = pod;
			const type = before === undefined ? "added" : "changed";
			return { type, name, namespace, uid, object: pod, ...(before === undefined ? {} : { before }) };
		},
		remove(uid) {
			const pod = pods.get(uid);
			if (pod === undefined) throw new Error(`no pod ${uid}`);
			pods.delete(uid);
			return { type: "removed", name: pod.name, namespace: pod.namespace, uid, object: pod };
		},
	};
	for (const object of objects) fake.put(object);
	return fake;
}
