/**
 * Every error that a Furnace program answers, by its stable code (RFC 9457 problem details).
 * `title` says what is wrong for everyone, `nextStep` what the reader can do about it.
 */
export const PROBLEMS = {
	"invalid-request": {
		status: 400,
		title: "The request is not valid",
		nextStep: "Compare the request with /docs; `errors` names each field.",
	},
	"foreign-host": {
		status: 403,
		title: "This address is not served",
		nextStep: "Open the address that Furnace printed when it started.",
	},
	"foreign-origin": {
		status: 403,
		title: "Another site may not call Furnace",
		nextStep: "Use Furnace's own page, or a client that sends no Origin header.",
	},
	unauthenticated: {
		status: 401,
		title: "Who you are is not known",
		nextStep: "Send a valid bearer token in the Authorization header.",
	},
	forbidden: {
		status: 403,
		title: "You may not do this",
		nextStep: "Ask for the view role (to look) or the edit role (to record) in this namespace.",
	},
	"not-found": {
		status: 404,
		title: "There is nothing at this address",
		nextStep: "See /docs for the routes there are.",
	},
	"method-not-allowed": {
		status: 405,
		title: "This address does not take that method",
		nextStep: "The Allow header names the methods it takes; see /docs.",
	},
	"request-timeout": {
		status: 408,
		title: "The request did not arrive in time",
		nextStep: "Send it again; if it is an upload, continue it where it was cut.",
	},
	"headers-too-large": {
		status: 431,
		title: "The request's headers are larger than Furnace takes",
		nextStep: "Send fewer or shorter headers.",
	},
	"not-ready": {
		status: 503,
		title: "Furnace is starting or stopping",
		nextStep: "Try again in a few seconds.",
	},
	"cluster-unavailable": {
		status: 503,
		title: "The Kubernetes API does not answer",
		nextStep: "Nothing can be allowed without it. Try again in a few seconds, then look at the API server.",
	},
	"page-not-built": {
		status: 503,
		title: "The web page was not built",
		nextStep: "Run npm run build:ui, then try again.",
	},
	"namespace-not-found": {
		status: 404,
		title: "No such namespace",
		nextStep: "List the namespaces with GET /api/v1/namespaces.",
	},
	"pod-not-found": {
		status: 404,
		title: "No such pod",
		nextStep: "It may have ended. List the pods of its namespace again.",
	},
	"target-not-found": {
		status: 404,
		title: "No such process or container in this pod",
		nextStep: "It may have ended. List the targets again and pick one that runs.",
	},
	"recording-not-found": {
		status: 404,
		title: "No such recording",
		nextStep:
			"GET /api/v1/recordings lists them. One that is still being recorded is at its agent until it has ended.",
	},
	"profile-not-ready": {
		status: 409,
		title: "There are no samples yet",
		nextStep: "Wait until the recording has samples, then ask again.",
	},
	"recording-not-active": {
		status: 409,
		title: "The recording has ended already",
		nextStep: "Download its profile, or start another recording.",
	},
	"recording-active": {
		status: 409,
		title: "The recording is still running",
		nextStep: "Stop it first.",
	},
	"profiler-unavailable": {
		status: 409,
		title: "This profiler does not work on this target",
		nextStep: "GET targets says for each profiler why not, and the fix.",
	},
	"too-many-recordings": {
		status: 429,
		title: "Too many recordings are running",
		nextStep: "Stop one of them, or wait until one has ended.",
	},
	"too-many-requests": {
		status: 429,
		title: "Too many requests",
		nextStep: "Wait a moment, then try again.",
	},
	"raw-data-gone": {
		status: 410,
		title: "perf's raw data is not kept any more",
		nextStep:
			"It lives with the agent that recorded it and up to its size limit; the profile has all samples.",
	},
	"not-comparable": {
		status: 422,
		title: "These two recordings cannot be compared",
		nextStep: "Choose two recordings of the same kind of event.",
	},
	"agent-not-registered": {
		status: 503,
		title: "No agent serves this pod at the moment",
		nextStep: "It registers again by itself within seconds; if it does not, look at the agent's log.",
	},
	"agent-unreachable": {
		status: 502,
		title: "The agent does not answer",
		nextStep: "It may be restarting: try again in a few seconds, then look at the agent's log.",
	},
	"bad-agent-response": {
		status: 502,
		title: "The agent answered something that is not allowed through",
		nextStep: "Check that agent and server are of the same version.",
	},
	"agent-unauthenticated": {
		status: 401,
		title: "This is not an agent that Furnace knows",
		nextStep: "Check the agent's token: its audience, its age, and that its pod still exists.",
	},
	"upload-conflict": {
		status: 409,
		title: "The upload does not continue where the last one ended",
		nextStep: "Ask for the offset with HEAD and go on from there.",
	},
	"upload-invalid": {
		status: 422,
		title: "The uploaded profile cannot be read",
		nextStep: "Upload a gzipped pprof profile that carries its recording.",
	},
	"too-large": {
		status: 413,
		title: "That is larger than Furnace takes",
		nextStep: "Record for a shorter time or at a lower frequency.",
	},
	"unsupported-media-type": {
		status: 415,
		title: "This kind of body is not taken here",
		nextStep: "Send the Content-Type that /docs names.",
	},
	"archive-unavailable": {
		status: 503,
		title: "The archive cannot be read or written",
		nextStep: "Check free space and permissions of the archive's folder.",
	},
	"not-yet": {
		status: 501,
		title: "This version cannot do that yet",
		nextStep: "See the CHANGELOG for what is planned.",
	},
	"timed-out": {
		status: 504,
		title: "The answer took too long",
		nextStep: "Try again; if it happens again, look at the log.",
	},
	internal: {
		status: 500,
		title: "Furnace made a mistake",
		nextStep: "The log has the details under the same requestId; please report it.",
	},
} as const satisfies Record<string, { status: number; title: string; nextStep: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

export const PROBLEM_CODES = Object.keys(PROBLEMS) as ProblemCode[];
