import { type Static, Type } from "typebox";
import { RecordingId } from "./recording.ts";
import { defineRoute } from "./route.ts";

/** What a replica's archive has, and what it must never get back. */
export const PeerArchive = Type.Object(
	{
		items: Type.Array(
			Type.Object({
				id: RecordingId,
				namespace: Type.String(),
				startedAt: Type.String(),
				bytes: Type.Integer({ description: "that it takes on disk" }),
				jsonBytes: Type.Integer({ description: "of them those of its JSON, which is kept in memory" }),
			}),
			{ description: "newest first" },
		),
		deleted: Type.Array(
			Type.Object({ id: RecordingId, at: Type.Number({ description: "Unix time in milliseconds" }) }),
		),
	},
	{ $id: "PeerArchive" },
);
export type PeerArchive = Static<typeof PeerArchive>;

/**
 * Whose recording it is, as the replica found out that took it from its agent; each value is URI-encoded. The stored
 * file says it too, but it was written by the agent, which may say anything.
 */
export const PEER_TARGET_HEADERS = {
	namespace: "furnace-target-namespace",
	pod: "furnace-target-pod",
	podUid: "furnace-target-pod-uid",
} as const;

const IdParams = Type.Object({ id: RecordingId });

/** What the replicas of a server ask each other, each proving by its client certificate that it is one. */
export const peerRoutes = {
	listArchive: defineRoute({
		method: "GET",
		path: "/peer/v1/recordings",
		summary: "What this replica's archive has; answers 304 to the `etag` it gave, while nothing has changed",
		tag: "peers",
		response: PeerArchive,
		status: 200,
		problems: ["forbidden"],
	}),
	getStored: defineRoute({
		method: "GET",
		path: "/peer/v1/recordings/:id",
		summary: "A stored profile (gzipped pprof that carries its recording)",
		tag: "peers",
		params: IdParams,
		response: null,
		status: 200,
		produces: "application/octet-stream",
		problems: ["forbidden", "recording-not-found", "archive-unavailable"],
	}),
	deleteStored: defineRoute({
		method: "DELETE",
		path: "/peer/v1/recordings/:id",
		summary: "It was deleted at the replica that asks",
		tag: "peers",
		params: IdParams,
		response: null,
		status: 204,
		problems: ["forbidden", "archive-unavailable"],
	}),
};
