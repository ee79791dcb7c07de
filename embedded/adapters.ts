import { timingSafeEqual } from "node:crypto";
import { LOCAL_NAMESPACE } from "../contract/names.ts";
import type { AgentTrust, PodEntry, PodSource } from "../server/adapters.ts";
import type { LocalPod, LocalPods } from "../sidecar/targets/local-pods.ts";

/** The one agent of this machine. */
const AGENT_KEY = "embedded";

/** This machine's processes as the pods of the one namespace `local`. */
export function localPodSource(localPods: LocalPods): PodSource {
	return {
		namespaces: async () => [LOCAL_NAMESPACE],
		pods: async (namespace) =>
			namespace === LOCAL_NAMESPACE ? (await localPods.listLocalPods()).map(entryOf) : null,
		// Not looked up: the agent says itself which pods it finds, and holds recordings of pods that have ended.
		pod: async (namespace, name) => (namespace === LOCAL_NAMESPACE ? entryOf({ name, uid: name }) : null),
	};
}

function entryOf(pod: Pick<LocalPod, "name" | "uid"> & Partial<LocalPod>): PodEntry {
	return {
		name: pod.name,
		uid: pod.uid,
		...(pod.description === undefined ? {} : { description: pod.description }),
		...(pod.cpuPercent === undefined ? {} : { cpuPercent: pod.cpuPercent }),
		agentKey: AGENT_KEY,
		agentPath: `/pods/${pod.name}`,
		skip: null,
		routes: [
			{ route: "embedded", available: true, reason: "Runs on this machine, where Furnace's agent runs." },
		],
	};
}

/** The agent knows a token that was made for it at the start, and is dialled at its socket. */
export function embeddedTrust(token: string, socketPath: string): AgentTrust {
	const expected = Buffer.from(token);
	return {
		review: async (given) => {
			const bytes = Buffer.from(given);
			const known = bytes.length === expected.length && timingSafeEqual(bytes, expected);
			return known ? { key: AGENT_KEY, namespace: LOCAL_NAMESPACE } : null;
		},
		addressOf: async (key) => (key === AGENT_KEY ? { socketPath } : null),
	};
}
