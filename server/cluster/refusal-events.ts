import type { Change } from "../../kubernetes/change.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import { fieldsOf } from "../admission/pod.ts";
import { namesSidecar, type Refusals } from "../admission/refusals.ts";

/** Controllers report with it that they could not create a pod. */
export const FAILED_CREATE = "reason=FailedCreate";

/** What is kept of such an Event: nothing, unless it speaks of our sidecar. */
export interface RefusalEvent {
	/** as `ownerKeyOf` makes it */
	readonly owner: string;
	readonly message: string;
	/** when it was last seen, milliseconds since the epoch */
	readonly at: number;
}

type EventObject = KubernetesObject & {
	readonly message?: unknown;
	readonly involvedObject?: unknown;
	readonly lastTimestamp?: unknown;
	readonly eventTime?: unknown;
	readonly series?: unknown;
};

export function projectRefusal(event: EventObject): RefusalEvent | null {
	const message = typeof event.message === "string" ? event.message : "";
	const { uid, namespace } = fieldsOf(event.involvedObject);
	if (!namesSidecar(message) || typeof uid !== "string") return null;
	return { owner: `${String(namespace)}/${uid}`, message, at: lastSeen(event) };
}

function lastSeen({ series, lastTimestamp, eventTime, metadata }: EventObject): number {
	const texts = [fieldsOf(series).lastObservedTime, lastTimestamp, eventTime, metadata.creationTimestamp];
	const times = texts.map((text) => (typeof text === "string" ? Date.parse(text) : Number.NaN));
	return times.find((time) => !Number.isNaN(time)) ?? 0;
}

/** @returns what is to be told of each change of such an Event */
export function rememberRefusals(
	refusals: Pick<Refusals, "remember">,
): (change: Change<RefusalEvent | null>) => void {
	return ({ type, object }) => {
		if (type !== "removed" && object !== null) refusals.remember(object.owner, object.message, object.at);
	};
}
