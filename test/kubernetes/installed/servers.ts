import { OBJECTS } from "../../../contract/names.ts";
import type { Shell } from "../../cluster/shell.ts";
import { eventually } from "../../e2e/furnace.ts";
import { FURNACE_NAMESPACE } from "../installation.ts";
import type { Pod } from "../objects.ts";
import { isRunning, listPods } from "../pods.ts";

/** As deploy/furnace.yaml has it. */
const REPLICAS = 2;
const START_SECONDS = 120;
const END_SECONDS = 90;

/** @returns names of the servers that are ready and not on their way out */
export async function serverPods(shell: Shell): Promise<string[]> {
	const pods = await podsOf(shell, OBJECTS.server);
	return pods
		.filter((pod) => isRunning(pod) && isReady(pod) && pod.metadata.deletionTimestamp === undefined)
		.map(({ metadata }) => metadata.name);
}

export async function untilAllReady(shell: Shell): Promise<void> {
	const ready = async () => (await serverPods(shell)).length === REPLICAS;
	await eventually(`${REPLICAS} ready servers`, ready, START_SECONDS);
}

/** Ends a Deployment's pods and waits until they are gone. */
export async function scaleToNone(shell: Shell, deployment: string): Promise<void> {
	await scale(shell, deployment, 0);
	const gone = async () => (await podsOf(shell, deployment)).length === 0;
	await eventually(`the end of ${deployment}`, gone, END_SECONDS);
}

export async function scale(shell: Shell, deployment: string, replicas: number): Promise<void> {
	const args = ["scale", `deployment/${deployment}`, `--replicas=${replicas}`, "-n", FURNACE_NAMESPACE];
	await shell.kubectl(args);
}

function podsOf(shell: Shell, deployment: string): Promise<Pod[]> {
	return listPods(shell, FURNACE_NAMESPACE, `app.kubernetes.io/name=${deployment}`);
}

function isReady({ status }: Pod): boolean {
	return (
		status.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True") ?? false
	);
}
