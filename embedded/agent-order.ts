import { type Static, Type } from "typebox";

/** What the embedded agent is told by its parent, once, over its channel. */
export const AgentOrder = Type.Object({
	serverUrl: Type.String(),
	socketPath: Type.String(),
	stateDir: Type.String(),
	token: Type.String(),
	version: Type.String(),
	maxDurationSeconds: Type.Integer(),
	ownPids: Type.Array(Type.Integer()),
	debuginfodUrls: Type.Array(Type.String()),
});
export type AgentOrder = Static<typeof AgentOrder>;
