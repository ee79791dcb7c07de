/**
 * Why a pod has no sidecar, by stable code. Log, metric label, Event and `GET .../pods` share these words.
 * `message` says what is so, `fix` what the reader can do; `silent` ones are nobody's concern: no log, no Event.
 */
export const SKIP_REASONS = {
	"not-asked": {
		silent: true,
		message: "The pod has neither the label nor the annotation furnace: enabled.",
		fix: "Add the label furnace=enabled to the pod template.",
	},
	"already-injected": {
		silent: true,
		message: "The sidecar is there already.",
		fix: "Nothing needs to be done.",
	},
	"mirror-pod": {
		silent: true,
		message: "The pod is the mirror of a static pod; its node started it and takes no changes.",
		fix: "Run it from a DaemonSet instead.",
	},
	"opted-out": {
		silent: false,
		message: 'The annotation furnace.hyperfoil.io/inject: "false" keeps the sidecar out.',
		fix: "Remove the annotation from the pod template.",
	},
	"not-configured": {
		silent: false,
		message: "No Furnace is configured in this cluster, or its configuration is not known yet.",
		fix: "Apply deploy/furnace.yaml, wait until the Furnace is Ready, then restart the workload.",
	},
	"system-namespace": {
		silent: false,
		message: "The cluster's own namespaces and Furnace's are never injected.",
		fix: "Run it in another namespace.",
	},
	"namespace-not-enabled": {
		silent: false,
		message: "The namespace does not have the label furnace=enabled.",
		fix: "Have an administrator run: kubectl label namespace NAMESPACE furnace=enabled",
	},
	"service-account-not-enabled": {
		silent: false,
		message:
			"The namespace's annotation furnace.hyperfoil.io/service-accounts does not list the pod's account.",
		fix: "Have an administrator add the service account to that annotation.",
	},
	"server-too-old": {
		silent: false,
		message: "Kubernetes before 1.29 has no native sidecars; one there would keep the pod from starting.",
		fix: "Update the cluster to 1.29 or later.",
	},
	windows: {
		silent: false,
		message: "The pod runs on Windows; the agent needs Linux.",
		fix: "Profile it with Windows' own tools.",
	},
	"host-network": {
		silent: false,
		message: "The pod uses its node's network, where the agent's port could clash with another pod's.",
		fix: "Set hostNetwork: false.",
	},
	"dns-policy": {
		silent: false,
		message:
			"The pod asks its node's name servers (dnsPolicy: Default), which do not know Furnace's servers.",
		fix: "Leave dnsPolicy out.",
	},
	"host-pid": {
		silent: false,
		message: "The pod uses its node's process IDs; Kubernetes refuses to share a pod's own beside them.",
		fix: "Set hostPID: false.",
	},
	"user-namespace": {
		silent: false,
		message: "The pod has a user namespace of its own (hostUsers: false), in which perf has no rights.",
		fix: "Leave hostUsers out.",
	},
	"share-process-namespace-false": {
		silent: false,
		message: "The pod forbids its containers to see each other's processes (shareProcessNamespace: false).",
		fix: "Leave shareProcessNamespace out; the application is then no longer PID 1.",
	},
	"pod-level-resources": {
		silent: false,
		message: "The pod has resources of its own (spec.resources); the sidecar's would not fit into them.",
		fix: "Give resources to the containers instead.",
	},
	"container-name-conflict": {
		silent: false,
		message: "The pod has a container named furnace that is not Furnace's sidecar.",
		fix: "Rename that container; if it was copied from an injected pod, remove it and the furnace-* volumes.",
	},
	"volume-name-conflict": {
		silent: false,
		message: "The pod has a volume of the name of one of the sidecar's.",
		fix: "Rename the volume; if it was copied from an injected pod, remove it.",
	},
	"port-conflict": {
		silent: false,
		message: "A container of the pod declares port 8444, the agent's.",
		fix: "Move the container to another port.",
	},
	"pod-security": {
		silent: false,
		message:
			"The namespace's Pod Security level would refuse the pod with the sidecar, in either privilege mode.",
		fix: "Have an administrator set pod-security.kubernetes.io/enforce=privileged on the namespace.",
	},
	"limit-range": {
		silent: false,
		message:
			"A LimitRange of the namespace would refuse the sidecar's requests and limits, or the pod with them.",
		fix: "Widen the LimitRange.",
	},
	"quota-exceeded": {
		silent: false,
		message: "The namespace's quota has no room for the sidecar's requests and limits.",
		fix: "Raise the quota or free some of it, then restart the workload.",
	},
	"agent-image-unproven": {
		silent: false,
		message:
			"The agent's image has not been seen to start in this cluster yet; a broken one would hold up the pod.",
		fix: "Look at the conditions of the Furnace; once it is Ready, restart the workload.",
	},
	"refused-by-admission": {
		silent: false,
		message:
			"A later admission step refused a pod of this owner with the sidecar; for ten minutes it gets none.",
		fix: "Allow the sidecar in that policy.",
	},
	missed: {
		silent: false,
		message: "The pod was created before it was labelled, or while the webhook did not answer.",
		fix: "Restart the workload: kubectl rollout restart.",
	},
	"internal-fault": {
		silent: false,
		message: "Furnace made a mistake and left the pod as it was.",
		fix: "The server's log has the details; please report it.",
	},
} as const satisfies Record<string, { silent: boolean; message: string; fix: string }>;

export type SkipCode = keyof typeof SKIP_REASONS;

export const SKIP_CODES = Object.keys(SKIP_REASONS) as SkipCode[];

/** What is so, the details of this case, and the fix: one line for people. */
export function skipMessage(code: SkipCode, detail?: string): string {
	const { message, fix } = SKIP_REASONS[code];
	return detail === undefined ? `${message} ${fix}` : `${message} (${detail}) ${fix}`;
}
