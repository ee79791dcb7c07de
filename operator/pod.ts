import type { KubernetesObject } from "../kubernetes/objects.ts";

export interface ContainerStatus {
	readonly name: string;
	readonly ready?: boolean;
	/** with the digest where the runtime knows it from a registry */
	readonly imageID?: string;
	readonly state?: {
		readonly waiting?: { readonly reason?: string; readonly message?: string };
		readonly terminated?: {
			readonly exitCode: number;
			readonly reason?: string;
			readonly message?: string;
		};
	};
}

/** What the operator reads of its pods. */
export interface Pod extends KubernetesObject {
	readonly spec?: { readonly nodeName?: string };
	readonly status?: {
		readonly phase?: string;
		readonly reason?: string;
		readonly message?: string;
		readonly podIP?: string;
		readonly conditions?: readonly {
			readonly type: string;
			readonly status: string;
			readonly reason?: string;
			readonly message?: string;
		}[];
		readonly containerStatuses?: readonly ContainerStatus[];
	};
}

/** Why a pod that is to run does not: in the scheduler's or the kubelet's words. */
export interface Obstacle {
	readonly reason: string;
	readonly message: string;
}

/** Waiting for these ends by itself. */
const PASSING = new Set(["ContainerCreating", "PodInitializing"]);

/** @returns undefined: nothing stands in its way, as far as is known */
export function obstacleOf({ status }: Pod): Obstacle | undefined {
	const unscheduled = status?.conditions?.find(
		({ type, status: holds }) => type === "PodScheduled" && holds === "False",
	);
	if (unscheduled !== undefined)
		return { reason: unscheduled.reason ?? "Unschedulable", message: unscheduled.message ?? "" };
	const waiting = status?.containerStatuses?.map(({ state }) => state?.waiting).find((state) => state);
	if (waiting?.reason === undefined || PASSING.has(waiting.reason)) return undefined;
	return { reason: waiting.reason, message: waiting.message ?? "" };
}
