import { SKIP_REASONS, type SkipCode } from "../../contract/skip-reason.ts";
import type { Change } from "../../kubernetes/change.ts";
import type { EventDetails } from "../../kubernetes/events.ts";
import type { Log } from "../../kubernetes/log.ts";
import type { InjectionFacts } from "../admission/facts.ts";
import { createLimiter } from "../limiter.ts";
import type { ClusterPod } from "./pod-projection.ts";
import { skipOf } from "./pods.ts";

/** As long as API servers keep Events: a server that was away tells of the pods that started meanwhile. */
const NEW_MS = 3_600_000;
/** Events being written at the same time, and those that wait; more in one go help nobody. */
const CONCURRENT = 4;
const WAITING = 1_000;
const NAME_CHARACTERS = 253;

export interface SkipEventsOptions {
	readonly facts: InjectionFacts;
	/** is the namespace's label there? */
	readonly isEnabled: (namespace: string) => boolean;
	/** everything that the rules read is there */
	readonly synced: Promise<unknown>;
	readonly record: (event: EventDetails) => Promise<void>;
	readonly count?: (code: SkipCode) => void;
	readonly log: Pick<Log, "info" | "warn">;
	/** milliseconds since the epoch; for tests */
	readonly now?: () => number;
}

/**
 * Tells why a new pod that asked for a sidecar has none: in the log, as an Event on the pod and in a metric. Whoever
 * made the pod need not know of Furnace's page to find out.
 * @returns what is to be told of each change of a pod
 */
export function tellSkips(options: SkipEventsOptions): (change: Change<ClusterPod>) => void {
	const { facts, isEnabled, synced, record, count, log, now = Date.now } = options;
	const limited = createLimiter(CONCURRENT);
	let waiting = 0;

	async function tell(pod: ClusterPod): Promise<void> {
		await synced;
		const skip = isEnabled(pod.namespace) ? skipOf(pod, facts) : null;
		if (skip === null) return;
		const code = skip.code as SkipCode;
		if (SKIP_REASONS[code].silent) return;
		count?.(code);
		const { namespace, name, workload } = pod;
		log.info({ code, namespace, name, workload }, "pod has no sidecar");
		await limited(() => record(eventOf(pod, code, skip.message)));
	}

	return ({ type, object: pod }) => {
		const asked = pod.bare !== undefined && !pod.ended;
		if (type !== "added" || !asked || pod.createdAt < now() - NEW_MS || waiting >= WAITING) return;
		waiting++;
		tell(pod)
			.catch((err: unknown) =>
				log.warn({ err, namespace: pod.namespace, name: pod.name }, "no Event was written"),
			)
			.finally(() => waiting--);
	};
}

/** Its name is the same whichever replica writes it: the first one does. */
function eventOf({ name, namespace, uid }: ClusterPod, code: SkipCode, message: string): EventDetails {
	const suffix = `.furnace-${uid.slice(0, 8)}`;
	return {
		about: { apiVersion: "v1", kind: "Pod", name, namespace, uid },
		reason: "FurnaceSidecarSkipped",
		message: `${message} (${code})`,
		type: code === "opted-out" ? "Normal" : "Warning",
		reporter: "furnace-server",
		name: `${name.slice(0, NAME_CHARACTERS - suffix.length)}${suffix}`,
	};
}
