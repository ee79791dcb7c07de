import { randomBytes } from "node:crypto";
import type { Cluster } from "./cluster.ts";
import { isStatus } from "./failures.ts";
import { KINDS } from "./kinds.ts";

const LONGEST_MESSAGE = 1024;
const LONGEST_NAME = 253;
/** Where Events about objects of the whole cluster are. */
const CLUSTER_NAMESPACE = "default";

/** Which object an Event is about. */
export interface ObjectReference {
	readonly apiVersion: string;
	readonly kind: string;
	readonly name: string;
	/** absent: of the whole cluster; its Events are in the namespace `default` */
	readonly namespace?: string;
	readonly uid?: string;
}

export interface EventDetails {
	readonly about: ObjectReference;
	/** one word in CamelCase, for machines */
	readonly reason: string;
	/** for people; what is longer than 1,024 characters is cut */
	readonly message: string;
	readonly type: "Normal" | "Warning";
	/** which program says so */
	readonly reporter: string;
	/** of the Event; fixed: told once however often it is recorded. Absent: a new one each time */
	readonly name?: string;
}

/**
 * Tells those who look at an object (`kubectl describe`) what happened to it.
 * @throws KubernetesError; not when an Event of this name is there already
 */
export async function recordEvent(cluster: Pick<Cluster, "create">, event: EventDetails): Promise<void> {
	try {
		await cluster.create(KINDS.event, describeEvent(event, new Date()));
	} catch (error) {
		if (event.name === undefined || !isStatus(error, 409)) throw error;
	}
}

/** The Event as it is stored. */
export function describeEvent({ about, reason, message, type, reporter, name }: EventDetails, now: Date) {
	const at = now.toISOString().replace(/\.\d+Z$/, "Z");
	return {
		apiVersion: KINDS.event.apiVersion,
		kind: KINDS.event.kind,
		metadata: { name: name ?? newName(about.name), namespace: about.namespace ?? CLUSTER_NAMESPACE },
		involvedObject: about,
		reason,
		message: cut(message, LONGEST_MESSAGE),
		type,
		source: { component: reporter },
		reportingComponent: reporter,
		firstTimestamp: at,
		lastTimestamp: at,
		count: 1,
	};
}

/** Names of some kinds (`system:node`) are none for an Event. */
function newName(about: string): string {
	const suffix = `.${randomBytes(8).toString("hex")}`;
	const base = about
		.toLowerCase()
		.replace(/[^a-z0-9.-]/g, "-")
		.slice(0, LONGEST_NAME - suffix.length)
		.replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, "");
	return `${base === "" ? "event" : base}${suffix}`;
}

/** @param bytes of UTF-8, which the API server counts */
function cut(text: string, bytes: number): string {
	if (Buffer.byteLength(text) <= bytes) return text;
	const ellipsis = "...";
	const start = Buffer.from(text).subarray(0, bytes - ellipsis.length);
	return new TextDecoder().decode(start, { stream: true }) + ellipsis;
}
