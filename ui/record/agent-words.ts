import { SIDECAR_CONTAINER } from "../../contract/names.ts";
import type { AgentState, LadderRoute, Pod } from "../../contract/pod.ts";
import { SKIP_REASONS, type SkipCode } from "../../contract/skip-reason.ts";
import { agentLog, restart } from "../commands/kubectl.ts";
import { workloadOf } from "../commands/workload.ts";
import { fixCommands } from "./skip-fixes.ts";

/** What stands in the way of recording a pod, and what to do about it. */
export interface Advice {
	title: string;
	/** what is so */
	reason: string;
	nextStep: string;
	/** to be copied, in this order */
	commands: string[];
	/** of a skip reason */
	code?: string;
}

/** @returns null when nothing stands in the way */
export function adviceFor(namespace: string, pod: Pod): Advice | null {
	const { state } = pod.agent;
	if (state === "ready") return null;
	if (pod.skip !== null) return skipAdvice(namespace, pod, pod.skip);
	return { ...AGENT_ADVICE[state](pod), commands: agentCommands(namespace, pod, state) };
}

function skipAdvice(namespace: string, pod: Pod, { code, message }: NonNullable<Pod["skip"]>): Advice {
	const known = Object.hasOwn(SKIP_REASONS, code) ? SKIP_REASONS[code as SkipCode] : undefined;
	const fix = known?.fix ?? "";
	// the server's line ends with the fix, which is shown apart
	const reason = fix !== "" && message.endsWith(fix) ? message.slice(0, -fix.length).trim() : message;
	const commands = known === undefined ? [] : fixCommands(code as SkipCode, namespace, pod);
	return { title: "It has no sidecar", reason: reason || message, nextStep: fix, commands, code };
}

type Absence = Exclude<AgentState, "ready">;

const AGENT_ADVICE: Record<Absence, (pod: Pod) => Omit<Advice, "commands">> = {
	absent: ({ routes }) => ({
		title: "No agent has registered yet",
		reason: reasonOf(routes) ?? "A new pod's agent registers within seconds of its start.",
		nextStep: "Wait a moment: this page goes on by itself. If it stays so, the agent's log says why.",
	}),
	lost: () => ({
		title: "The agent is silent",
		reason:
			"It was registered and has missed three heartbeats: its container is restarting, or the way between it and the server is cut.",
		nextStep: "This page goes on by itself as soon as it is heard again. If it stays so, its log says why.",
	}),
	"stale-trust": () => ({
		title: "The pod is older than the certificates in use",
		reason:
			"Furnace's certificates were renewed while this agent could not hear of it, so it and the server no longer trust each other.",
		nextStep: "Restart the workload: new pods are given the certificates in use.",
	}),
};

function agentCommands(namespace: string, pod: Pod, state: Absence): string[] {
	if (state === "stale-trust") return [restart(namespace, workloadOf(pod))];
	return [agentLog(namespace, pod.name, SIDECAR_CONTAINER)];
}

function reasonOf(routes: readonly LadderRoute[]): string | undefined {
	return routes.find(({ route, available }) => route === "sidecar" && !available)?.reason;
}

/** The few words beside a pod's name. */
export function stateWords({ agent: { state }, skip }: Pod): string {
	if (state === "ready") return "ready";
	if (skip !== null) return "no sidecar";
	return { absent: "no agent", lost: "agent lost", "stale-trust": "agent outdated" }[state];
}

export const ROUTE_WORDS: Record<LadderRoute["route"], string> = {
	sidecar: "Sidecar",
	endpoint: "The program's own endpoint",
	"agent-pod": "Agent pod",
	"node-daemon": "Node daemon",
	embedded: "This machine's agent",
};
