import type { Shell } from "../cluster/shell.ts";
import { TARGET_COMMANDS, TARGETS_IMAGE } from "../targets/image.ts";

/** The compiled program of the test targets: at a path that no other image of ours has. */
export const PROGRAM = TARGET_COMMANDS.busy[0];
/** The function in which that program spends its time. */
export const PROGRAM_FUNCTION = "busy_inner";
/** Two CPUs run the whole cluster: a target that is busy gets a part of one. */
const BUSY_CPU = "300m";

export interface Asking {
	labels?: Record<string, string>;
	annotations?: Record<string, string>;
}

/** The two ways to ask for a sidecar, and none. */
export const ASKING = {
	label: { labels: { furnace: "enabled" } },
	annotation: { annotations: { furnace: "enabled" } },
	not: {},
} as const satisfies Record<string, Asking>;

interface ContainerSpec {
	name: string;
	[field: string]: unknown;
}

/** A container that burns CPU in `PROGRAM_FUNCTION`. */
export const busyContainer: ContainerSpec = {
	name: "app",
	image: TARGETS_IMAGE,
	imagePullPolicy: "Never",
	command: [PROGRAM],
	resources: { requests: { cpu: "10m" }, limits: { cpu: BUSY_CPU } },
};

/** A container that does nothing, for as long as it is let. */
export const idleContainer: ContainerSpec = { ...busyContainer, command: [PROGRAM, "idle"] };

/** A pod's spec around a container; pods end at once when they are told to. */
export function podSpec(container: ContainerSpec = idleContainer, more: object = {}): object {
	return { terminationGracePeriodSeconds: 1, containers: [container], ...more };
}

/** @param more fields of the spec besides the container */
export function podObject(namespace: string, name: string, asking: Asking, spec: object = podSpec()) {
	const metadata = { ...asking, name, namespace, labels: { app: name, ...asking.labels } };
	return { apiVersion: "v1", kind: "Pod", metadata, spec };
}

export function deployment(namespace: string, name: string, asking: Asking, spec: object = podSpec()) {
	const labels = { app: name };
	return {
		apiVersion: "apps/v1",
		kind: "Deployment",
		metadata: { name, namespace },
		spec: {
			replicas: 1,
			selector: { matchLabels: labels },
			template: { metadata: { ...asking, labels: { ...labels, ...asking.labels } }, spec },
		},
	};
}

export function job(namespace: string, name: string, asking: Asking, container: ContainerSpec) {
	return {
		apiVersion: "batch/v1",
		kind: "Job",
		metadata: { name, namespace },
		spec: {
			backoffLimit: 0,
			template: {
				metadata: { ...asking, labels: { app: name, ...asking.labels } },
				spec: podSpec(container, { restartPolicy: "Never" }),
			},
		},
	};
}

export async function apply(shell: Shell, ...objects: object[]): Promise<void> {
	await shell.kubectl(["apply", "-f", "-"], { apiVersion: "v1", kind: "List", items: objects });
}
