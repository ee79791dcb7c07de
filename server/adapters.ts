/**
 * What differs between one machine and a cluster: who may call, which pods there are, and which agents are trusted.
 * Everything else in this room is the same code in both.
 */
import type { FastifyRequest } from "fastify";
import type { LadderRoute, Pod } from "../contract/pod.ts";

/** Who calls. `name` is for the log; the rest is what an access review needs. */
export interface Caller {
	readonly name: string;
	readonly uid?: string;
	readonly groups?: readonly string[];
	readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** What somebody wants to do with the recordings of a namespace. */
export type Verb = "get" | "list" | "create" | "delete";

export interface Access {
	/**
	 * Asked first, for every request: API, page, documentation, unknown addresses.
	 * @throws ProblemError `foreign-host` or `foreign-origin`
	 */
	admit(request: FastifyRequest): void;
	/** @throws ProblemError `unauthenticated`, `cluster-unavailable` */
	authenticate(request: FastifyRequest): Promise<Caller>;
	/**
	 * May the caller do this to the recordings of this namespace?
	 * @param namespace absent: of every namespace
	 * @throws ProblemError `cluster-unavailable`
	 */
	allows(caller: Caller, verb: Verb, namespace?: string): Promise<boolean>;
}

/** A pod as the server knows it; `agent.state` is added from the registry. */
export interface PodEntry {
	readonly name: string;
	readonly uid: string;
	readonly description?: string;
	/** of one core */
	readonly cpuPercent?: number;
	/** the agent that serves it; null: none was ever meant to */
	readonly agentKey: string | null;
	/** it was given roots of which none is in use any more: unless its agent is ready, it never will be */
	readonly staleTrust?: boolean;
	/** where the pod stands below that agent: empty (it serves one pod) or `/pods/<name>` */
	readonly agentPath: string;
	readonly skip: Pod["skip"];
	readonly routes: readonly LadderRoute[];
}

export interface PodSource {
	namespaces(): Promise<readonly string[]>;
	/** @returns null: there is no such namespace */
	pods(namespace: string): Promise<readonly PodEntry[] | null>;
	/**
	 * One pod, cheaply: asked for each request to its agent. May also answer for a pod that has ended, as long as
	 * its agent can still be asked for its recordings.
	 * @returns null: there is no such pod
	 */
	pod(namespace: string, name: string): Promise<PodEntry | null>;
}

/** Who an agent is, from its token alone. What is absent here is believed from the recording it uploads. */
export interface AgentIdentity {
	/** opaque, stable while the agent's pod lives: 1 to 63 of a-z, 0-9 and - */
	readonly key: string;
	readonly namespace?: string;
	readonly pod?: string;
	readonly podUid?: string;
}

/** Where an agent is dialled: a socket file, or an IP address (never a name) with mutual TLS. */
export type AgentAddress =
	| { readonly socketPath: string }
	| {
			readonly host: string;
			readonly port: number;
			readonly tls: { readonly cert: string; readonly key: string };
	  };

export interface AgentTrust {
	/**
	 * @returns null: not an agent that is known
	 * @throws ProblemError `cluster-unavailable`: who it is cannot be found out now
	 */
	review(token: string): Promise<AgentIdentity | null>;
	/** @returns null: it has no address (any more) */
	addressOf(key: string): Promise<AgentAddress | null>;
	/** Tells whenever an agent's address stops being its own: nothing may be sent there any more. */
	onGone?(listener: (key: string) => void): void;
}
