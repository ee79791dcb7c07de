import { NetworkError } from "../contract/client.ts";
import { PROBLEMS, type ProblemCode, ProblemError } from "../contract/problem.ts";
import { ProfileFormatError } from "../profile/model.ts";

/** An error as the page says it: what is wrong, in this case, and what to do. */
export interface Failure {
	title: string;
	detail?: string;
	nextStep: string;
	code?: ProblemCode;
	fields: { field: string; message: string }[];
}

export function describeFailure(error: unknown): Failure {
	if (error instanceof ProblemError) {
		const { title } = PROBLEMS[error.code];
		const nextStep = STEPS_HERE[error.code] ?? PROBLEMS[error.code].nextStep;
		const fields = error.errors ?? [];
		// the detail of a request that is not valid says what its fields say
		const isNews = error.detail !== undefined && error.detail !== title && fields.length === 0;
		const detail = isNews ? { detail: error.detail } : {};
		return { title, ...detail, nextStep, code: error.code, fields };
	}
	if (error instanceof NetworkError) {
		return {
			title: error.message,
			nextStep: "Check that Furnace runs (npm start). This page goes on by itself as soon as it answers.",
			fields: [],
		};
	}
	if (error instanceof ProfileFormatError) {
		return {
			title: "The profile cannot be shown",
			detail: error.message,
			nextStep: "Download it as pprof and try another viewer; please report it.",
			fields: [],
		};
	}
	return {
		title: "The page made a mistake",
		detail: error instanceof Error ? error.message : String(error),
		nextStep: "Reload the page; if it happens again, please report it.",
		fields: [],
	};
}

/** What to do on the page, where the contract tells the writer of a program which request to send. */
const STEPS_HERE: Partial<Record<ProblemCode, string>> = {
	"invalid-request": "Check what was entered; if it came by a link, the link may be cut or mistyped.",
	"namespace-not-found": "Choose another namespace.",
	"pod-not-found": "It may have ended. Choose another one from the list.",
	"target-not-found": "It may have ended. Choose another process.",
	"recording-not-found": "It may have been deleted. The recordings that there are stand under Recordings.",
	"profiler-unavailable": "The process's note on the record page says why, and the fix.",
};

/** Is it a matter of waiting? The server or the agent is away, busy, or starting. */
export function isPassing(error: unknown): boolean {
	if (error instanceof NetworkError) return true;
	return error instanceof ProblemError && PASSING.has(error.code);
}

const PASSING = new Set<ProblemCode>([
	"agent-not-registered",
	"agent-unreachable",
	"bad-agent-response",
	"timed-out",
	"too-many-requests",
]);

export function hasCode(error: unknown, ...codes: ProblemCode[]): boolean {
	return error instanceof ProblemError && codes.includes(error.code);
}
