import { type Static, Type } from "typebox";
import { MissingRight } from "./problem.ts";

export const Namespace = Type.Object({ name: Type.String() }, { $id: "Namespace" });
export type Namespace = Static<typeof Namespace>;
export const NamespaceList = Type.Object({ items: Type.Array(Namespace) }, { $id: "NamespaceList" });
export type NamespaceList = Static<typeof NamespaceList>;

export const AGENT_STATES = ["ready", "absent", "lost", "stale-trust"] as const;
export const AgentState = Type.Enum([...AGENT_STATES], {
	type: "string",
	description: "ready; never seen; seen but silent for three heartbeats; older than the trust it would need",
});
export type AgentState = (typeof AGENT_STATES)[number];

export const ROUTE_NAMES = ["sidecar", "endpoint", "agent-pod", "node-daemon", "embedded"] as const;

/** One rung of the route ladder: a way to reach the pod's processes. */
export const LadderRoute = Type.Object({
	route: Type.Enum([...ROUTE_NAMES], { type: "string" }),
	available: Type.Boolean(),
	reason: Type.String(),
});
export type LadderRoute = Static<typeof LadderRoute>;

export const Pod = Type.Object(
	{
		name: Type.String(),
		uid: Type.String(),
		agent: Type.Object({ state: AgentState }),
		skip: Type.Union([Type.Object({ code: Type.String(), message: Type.String() }), Type.Null()]),
		routes: Type.Array(LadderRoute),
		description: Type.Optional(Type.String({ description: "one line that helps to recognise it" })),
		cpuPercent: Type.Optional(Type.Number({ description: "of one core, since it was last looked at" })),
	},
	{ $id: "Pod" },
);
export type Pod = Static<typeof Pod>;
export const PodList = Type.Object(
	{
		items: Type.Array(Pod),
		missingRight: Type.Optional({
			...MissingRight,
			description: "what the caller lacks to record here; absent: nothing",
		}),
	},
	{ $id: "PodList" },
);
export type PodList = Static<typeof PodList>;
