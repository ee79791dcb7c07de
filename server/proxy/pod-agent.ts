import type { FastifyRequest } from "fastify";
import { ProblemError } from "../../contract/problem.ts";
import { authorize } from "../access/authorization.ts";
import type { Access, PodEntry, PodSource, Verb } from "../adapters.ts";
import type { AgentRegistry } from "../agents/registry.ts";

declare module "fastify" {
	interface FastifyRequest {
		/** set on routes below the proxy prefix: whose agent is asked */
		podAgent: PodAgent | null;
	}
}

export interface PodAgent {
	readonly namespace: string;
	readonly pod: string;
	readonly key: string;
	/** where the pod stands below that agent */
	readonly path: string;
}

interface Sources {
	access: Access;
	pods: PodSource;
	registry: AgentRegistry;
}

/**
 * Finds the agent of the pod that a proxied request names, once the caller may do this there.
 * @throws ProblemError `forbidden`, `pod-not-found`, `agent-not-registered`
 */
export async function findPodAgent(
	{ access, pods, registry }: Sources,
	request: FastifyRequest,
	verb: Verb,
): Promise<PodAgent> {
	const { namespace, pod } = request.params as { namespace: string; pod: string };
	await authorize(access, request, verb, namespace);
	const entry = await pods.pod(namespace, pod);
	if (entry === null) throw new ProblemError("pod-not-found");
	return { namespace, pod, key: readyKey(registry, entry), path: entry.agentPath };
}

function readyKey(registry: AgentRegistry, entry: PodEntry): string {
	if (entry.agentKey === null && entry.skip !== null) {
		throw new ProblemError("agent-not-registered", `It has none: ${entry.skip.message}`);
	}
	return registry.ready(entry.agentKey).identity.key;
}

export function podAgentOf(request: FastifyRequest): PodAgent {
	if (request.podAgent === null) throw new ProblemError("agent-not-registered");
	return request.podAgent;
}
