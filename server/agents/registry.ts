import type { AgentState } from "../../contract/pod.ts";
import { ProblemError } from "../../contract/problem.ts";
import type { Registration } from "../../contract/registration.ts";
import type { AgentIdentity } from "../adapters.ts";

/** Heartbeats a second that all agents together may cost; from then on the interval grows with their number. */
const HEARTBEATS_PER_SECOND = 150;
const SHORTEST_INTERVAL_SECONDS = 10;
const LONGEST_INTERVAL_SECONDS = 60;
const MISSED_HEARTBEATS = 3;
/** How long a lost agent is still shown as lost. */
const REMEMBERED_MS = 3_600_000;

/** It becomes the host name of a URL that is never looked up, so it must be one label of such a name. */
const KEY = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

export interface RegisteredAgent {
	readonly identity: AgentIdentity;
	readonly registration: Registration;
	/** by the registry's clock, in milliseconds */
	readonly seenAt: number;
	readonly heartbeatSeconds: number;
}

/** Which agents are there, by their key. */
export interface AgentRegistry {
	/** Takes a registration or heartbeat. @returns seconds to the next one */
	register(identity: AgentIdentity, registration: Registration): number;
	stateOf(key: string | null): AgentState;
	/** @throws ProblemError `agent-not-registered` */
	ready(key: string | null): RegisteredAgent;
	/** the certificate that an agent registered with, PEM */
	certificateOf(key: string): string | undefined;
	/** agents by state, for the metrics */
	counts(): Record<"ready" | "lost", number>;
}

/** @param clock monotonic, in milliseconds: a clock that is set must not lose all agents, or keep dead ones */
export function createRegistry(clock: () => number): AgentRegistry {
	const agents = new Map<string, RegisteredAgent>();
	const isReady = ({ seenAt, heartbeatSeconds }: RegisteredAgent): boolean =>
		clock() - seenAt <= heartbeatSeconds * 1000 * MISSED_HEARTBEATS;
	const forgetOld = (): void => {
		for (const [key, agent] of agents) {
			// in the order of their last heartbeat, so the first recent one ends the search
			if (clock() - agent.seenAt < REMEMBERED_MS) return;
			agents.delete(key);
		}
	};
	const stateOf = (key: string | null): AgentState => {
		const agent = key === null ? undefined : agents.get(key);
		if (agent === undefined) return "absent";
		return isReady(agent) ? "ready" : "lost";
	};
	return {
		stateOf,
		register(identity, registration) {
			if (!KEY.test(identity.key)) throw new TypeError(`not an agent key: ${identity.key}`);
			forgetOld();
			agents.delete(identity.key);
			const heartbeatSeconds = heartbeatInterval(agents.size + 1);
			agents.set(identity.key, { identity, registration, seenAt: clock(), heartbeatSeconds });
			return heartbeatSeconds;
		},
		ready(key) {
			const agent = key === null ? undefined : agents.get(key);
			if (agent !== undefined && isReady(agent)) return agent;
			throw new ProblemError("agent-not-registered", agent && lastSeen(clock() - agent.seenAt));
		},
		certificateOf: (key) => agents.get(key)?.registration.certificate,
		counts() {
			const ready = [...agents.values()].filter(isReady).length;
			return { ready, lost: agents.size - ready };
		},
	};
}

/** Seconds between an agent's heartbeats when there are so many of them. */
export function heartbeatInterval(agents: number): number {
	const seconds = Math.ceil(agents / HEARTBEATS_PER_SECOND);
	return Math.min(LONGEST_INTERVAL_SECONDS, Math.max(SHORTEST_INTERVAL_SECONDS, seconds));
}

function lastSeen(milliseconds: number): string {
	return `Its agent was last heard of ${Math.round(milliseconds / 1000)} seconds ago.`;
}
