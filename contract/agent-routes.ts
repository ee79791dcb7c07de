import { Type } from "typebox";
import { FORMAT_NAMES } from "./formats.ts";
import { Recording, RecordingId, RecordingList, RecordingRequest } from "./recording.ts";
import { defineRoute } from "./route.ts";
import { TargetList } from "./target.ts";

const params = Type.Object({ id: RecordingId });
const tag = "agent";

/** The agent's own REST: what stands below the proxy route of its pod. */
export const agentRoutes = {
	listTargets: defineRoute({
		method: "GET",
		path: "/targets",
		summary: "Containers and processes of the pod, and which profilers work on them",
		tag,
		response: TargetList,
		status: 200,
		problems: ["pod-not-found"],
	}),
	startRecording: defineRoute({
		method: "POST",
		path: "/recordings",
		summary: "Start a recording",
		tag,
		body: RecordingRequest,
		response: Recording,
		status: 201,
		problems: ["target-not-found", "profiler-unavailable", "too-many-recordings"],
	}),
	listRecordings: defineRoute({
		method: "GET",
		path: "/recordings",
		summary: "Recordings the agent holds, newest first",
		tag,
		response: RecordingList,
		status: 200,
	}),
	getRecording: defineRoute({
		method: "GET",
		path: "/recordings/:id",
		summary: "One recording's state, cause and next step",
		tag,
		params,
		response: Recording,
		status: 200,
		problems: ["recording-not-found"],
	}),
	stopRecording: defineRoute({
		method: "POST",
		path: "/recordings/:id/stop",
		summary: "Stop a recording; it keeps all its samples",
		tag,
		params,
		response: Recording,
		status: 202,
		problems: ["recording-not-found", "recording-not-active"],
	}),
	deleteRecording: defineRoute({
		method: "DELETE",
		path: "/recordings/:id",
		summary: "Drop an ended recording from the agent",
		tag,
		params,
		response: null,
		status: 204,
		problems: ["recording-not-found", "recording-active"],
	}),
	watchRecording: defineRoute({
		method: "GET",
		path: "/recordings/:id/events",
		summary: "The growing call tree as server-sent events: `tree` first, then `delta`, at last `end`",
		tag,
		params,
		response: null,
		status: 200,
		produces: "text/event-stream",
		problems: ["recording-not-found"],
	}),
	getProfile: defineRoute({
		method: "GET",
		path: "/recordings/:id/profile",
		summary: "The profile, finished or so far, in any format",
		tag,
		params,
		query: Type.Object({ format: Type.Optional(Type.Enum(FORMAT_NAMES, { type: "string" })) }),
		response: null,
		status: 200,
		produces: "application/octet-stream",
		problems: ["recording-not-found", "profile-not-ready", "raw-data-gone"],
	}),
};
