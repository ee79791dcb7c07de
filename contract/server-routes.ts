import { Type } from "typebox";
import { DIFF_FORMATS, FORMAT_NAMES } from "./formats.ts";
import { REGISTRATION } from "./names.ts";
import { NamespaceList, PodList } from "./pod.ts";
import { Recording, RecordingId, RecordingList } from "./recording.ts";
import { Registration, RegistrationAnswer } from "./registration.ts";
import { defineRoute } from "./route.ts";

const ObjectName = Type.String({
	pattern: "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$",
	maxLength: 253,
	description: "a Kubernetes object name",
});
export const NamespaceParams = Type.Object({ namespace: ObjectName });
export const PodParams = Type.Object({ namespace: ObjectName, pod: ObjectName });
const IdParams = Type.Object({ id: RecordingId });

/** Everything below it is the agent's own REST (agent-routes.ts), authorized by the server. */
export const PROXY_PREFIX = "/api/v1/namespaces/:namespace/pods/:pod/agent";

export const serverRoutes = {
	register: defineRoute({
		method: "POST",
		path: REGISTRATION.path,
		summary: "An agent registers and heartbeats",
		tag: "agents",
		body: Registration,
		response: RegistrationAnswer,
		status: 200,
		problems: ["agent-unauthenticated"],
	}),
	uploadOffset: defineRoute({
		method: "HEAD",
		path: "/agent/v1/recordings/:id",
		summary: "How many bytes of an upload have arrived (`upload-offset`, `upload-complete`)",
		tag: "agents",
		params: IdParams,
		response: null,
		status: 204,
		problems: ["agent-unauthenticated"],
	}),
	upload: defineRoute({
		method: "PUT",
		path: "/agent/v1/recordings/:id",
		summary:
			"An agent stores a finished profile (gzipped pprof that carries its recording). `content-range: bytes FIRST-LAST/SIZE` continues an upload. Idempotent",
		tag: "agents",
		params: IdParams,
		response: null,
		status: 204,
		problems: [
			"agent-unauthenticated",
			"upload-conflict",
			"upload-invalid",
			"too-large",
			"archive-unavailable",
		],
	}),
	listNamespaces: defineRoute({
		method: "GET",
		path: "/api/v1/namespaces",
		summary: "Namespaces that take part and that you may see",
		tag: "pods",
		response: NamespaceList,
		status: 200,
	}),
	listPods: defineRoute({
		method: "GET",
		path: "/api/v1/namespaces/:namespace/pods",
		summary: "Pods of a namespace, and how each can be reached",
		tag: "pods",
		params: NamespaceParams,
		response: PodList,
		status: 200,
		problems: ["namespace-not-found"],
	}),
	listRecordings: defineRoute({
		method: "GET",
		path: "/api/v1/recordings",
		summary: "The archive, newest first; it survives the pod",
		tag: "recordings",
		query: Type.Object({
			namespace: Type.Optional(ObjectName),
			pod: Type.Optional(ObjectName),
		}),
		response: RecordingList,
		status: 200,
		problems: ["archive-unavailable"],
	}),
	getRecording: defineRoute({
		method: "GET",
		path: "/api/v1/recordings/:id",
		summary: "One archived recording",
		tag: "recordings",
		params: IdParams,
		response: Recording,
		status: 200,
		problems: ["recording-not-found"],
	}),
	deleteRecording: defineRoute({
		method: "DELETE",
		path: "/api/v1/recordings/:id",
		summary: "Delete an archived recording",
		tag: "recordings",
		params: IdParams,
		response: null,
		status: 204,
		problems: ["recording-not-found"],
	}),
	getProfile: defineRoute({
		method: "GET",
		path: "/api/v1/recordings/:id/profile",
		summary: "An archived profile in any format",
		tag: "recordings",
		params: IdParams,
		query: Type.Object({ format: Type.Optional(Type.Enum(FORMAT_NAMES, { type: "string" })) }),
		response: null,
		status: 200,
		produces: "application/octet-stream",
		problems: ["recording-not-found", "raw-data-gone", "archive-unavailable"],
	}),
	diff: defineRoute({
		method: "GET",
		path: "/api/v1/diff",
		summary: "What has changed between two archived recordings, as shares of each one's samples",
		tag: "recordings",
		query: Type.Object({
			base: RecordingId,
			comparison: RecordingId,
			format: Type.Optional(Type.Enum([...DIFF_FORMATS], { type: "string" })),
		}),
		response: null,
		status: 200,
		produces: "application/octet-stream",
		problems: ["recording-not-found", "not-comparable", "too-large", "archive-unavailable"],
	}),
};
