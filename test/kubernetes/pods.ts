import { ANNOTATION_INJECTED, SIDECAR_CONTAINER } from "../../contract/names.ts";
import type { Shell } from "../cluster/shell.ts";
import { eventually } from "../e2e/furnace.ts";
import type { Container, Event, Pod } from "./objects.ts";

const START_SECONDS = 90;

export async function readPod(shell: Shell, namespace: string, name: string): Promise<Pod> {
	return JSON.parse(await shell.kubectl(["get", "pod", name, "-n", namespace, "-o", "json"])) as Pod;
}

/** @param selector a label selector; absent: all of the namespace */
export async function listPods(shell: Shell, namespace: string, selector = ""): Promise<Pod[]> {
	const list = await shell.kubectl(["get", "pods", "-n", namespace, "-l", selector, "-o", "json"]);
	return (JSON.parse(list) as { items: Pod[] }).items;
}

/** @returns the one pod of a workload that was just made, once there is one */
export function firstPod(shell: Shell, namespace: string, selector: string): Promise<Pod> {
	return eventually(`a pod of ${selector}`, async () => (await listPods(shell, namespace, selector))[0]);
}

/** @returns the pod once all its containers run, the sidecar with them */
export function runningPod(shell: Shell, namespace: string, selector: string): Promise<Pod> {
	return eventually(
		`a running pod of ${selector}`,
		async () => (await listPods(shell, namespace, selector)).find(isRunning),
		START_SECONDS,
	);
}

/** All containers of the application run; what its init containers do does not matter. */
export function isRunning({ spec, status }: Pod): boolean {
	const running = (status.containerStatuses ?? []).filter(({ state }) => state.running !== undefined);
	return running.length === spec.containers.length;
}

export function sidecarOf({ spec }: Pod): Container | undefined {
	return spec.initContainers?.find(({ name }) => name === SIDECAR_CONTAINER);
}

/** Does it have the sidecar, whole: container and annotation? Neither counts as no, one of them is a mistake. */
export function isInjected(pod: Pod): boolean {
	const signs = [sidecarOf(pod) !== undefined, pod.metadata.annotations?.[ANNOTATION_INJECTED] !== undefined];
	if (signs[0] !== signs[1]) throw new Error(`${pod.metadata.name} has half a sidecar: ${signs}`);
	return signs[0] as boolean;
}

export async function eventsAbout(shell: Shell, namespace: string, name: string): Promise<Event[]> {
	const selector = `--field-selector=involvedObject.name=${name}`;
	const list = await shell.kubectl(["get", "events", "-n", namespace, selector, "-o", "json"]);
	return (JSON.parse(list) as { items: Event[] }).items;
}
