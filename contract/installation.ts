import { type Static, Type } from "typebox";
import { PRIVILEGE_MODES } from "./agent-environment.ts";

/** The key of the ConfigMap under which the JSON of an `Installation` stands. */
export const INSTALLATION_KEY = "installation.json";

const Amounts = Type.Object({ cpu: Type.String(), memory: Type.String() });

/** Amounts of one sidecar as Kubernetes quantities; `guaranteed` are requests and limits alike, in pods of that class. */
export const SidecarResources = Type.Object({ requests: Amounts, limits: Amounts, guaranteed: Amounts });
export type SidecarResources = Static<typeof SidecarResources>;

export const DEFAULT_RESOURCES: SidecarResources = {
	requests: { cpu: "10m", memory: "64Mi" },
	limits: { cpu: "1", memory: "512Mi" },
	guaranteed: { cpu: "200m", memory: "256Mi" },
};

/** What a Furnace resource and its operator settle about every injected sidecar: the operator writes it, servers read it. */
export const Installation = Type.Object({
	image: Type.String({ minLength: 1, description: "of the agent, with its registry; best by digest" }),
	imagePullPolicy: Type.Optional(Type.Enum(["Always", "IfNotPresent", "Never"], { type: "string" })),
	imageProven: Type.Boolean({
		description: "the operator has seen this very image start in this cluster",
	}),
	version: Type.String({ description: "of the agent; the result annotation's value" }),
	privilege: Type.Enum([...PRIVILEGE_MODES], { type: "string" }),
	ca: Type.String({ description: "PEM: the roots that agents trust" }),
	serverUrl: Type.String({ description: "where agents register; the name resolves to every replica" }),
	maxDurationSeconds: Type.Integer({ minimum: 1 }),
	namespace: Type.String({ description: "Furnace's own namespace; never injected" }),
	kubernetes: Type.Object(
		{ major: Type.Integer(), minor: Type.Integer() },
		{ description: "the lowest among API servers and nodes: old nodes do not know native sidecars" },
	),
	resources: Type.Optional(SidecarResources),
});
export type Installation = Static<typeof Installation>;
