import { NetworkError } from "../contract/client.ts";
import { type MissingRight, ProblemError } from "../contract/problem.ts";
import { PROBLEMS, type ProblemCode } from "../contract/problem-codes.ts";
import { ProfileFormatError } from "../profile/model.ts";
import { grant, rightsOf } from "./commands/kubectl.ts";
import { awayAdvice, type Surroundings } from "./surroundings.ts";

/** An error as the page says it: what is wrong, in this case, and what to do. */
export interface Failure {
	title: string;
	detail?: string;
	nextStep: string;
	code?: ProblemCode;
	fields: { field: string; message: string }[];
	/** to be copied, by whoever can run them */
	commands?: string[];
}

export function describeFailure(error: unknown, surroundings: Surroundings = "unknown"): Failure {
	if (error instanceof ProblemError) {
		return error.right === undefined ? describeProblem(error) : describeMissingRight(error.right);
	}
	if (error instanceof NetworkError) {
		return {
			title: error.message,
			nextStep: `${awayAdvice(surroundings)} This page goes on by itself as soon as it answers.`,
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

function describeProblem(error: ProblemError): Failure {
	const { title } = PROBLEMS[error.code];
	const nextStep = STEPS_HERE[error.code] ?? PROBLEMS[error.code].nextStep;
	const fields = error.errors ?? [];
	// the detail of a request that is not valid says what its fields say
	const isNews = error.detail !== undefined && error.detail !== title && fields.length === 0;
	const detail = isNews ? { detail: error.detail } : {};
	return { title, ...detail, nextStep, code: error.code, fields };
}

const DEEDS: Record<string, string> = {
	get: "look at recordings",
	list: "look at pods and recordings",
	create: "start or stop recordings",
	delete: "delete recordings",
};

/** Which right is missing, to whom and where, and what an administrator runs to give it. */
function describeMissingRight(right: MissingRight): Failure {
	const { user, verb, resource, namespace } = right;
	return {
		title: `You may not ${DEEDS[verb] ?? `${verb} recordings`} in the namespace ${namespace}`,
		detail: `${user} lacks the right to ${verb} ${resource} there.`,
		nextStep:
			"An administrator of the namespace can give it; it counts within a minute. The second line lists what is given.",
		code: "forbidden",
		fields: [],
		commands: [grant(right), rightsOf(right)],
	};
}

/** What to do on the page, where the contract tells the writer of a program which request to send. */
const STEPS_HERE: Partial<Record<ProblemCode, string>> = {
	unauthenticated: "Your sign-in had run out, so nothing was done. Sign in, then do it again.",
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
	"not-ready",
	"cluster-unavailable",
]);

export function hasCode(error: unknown, ...codes: ProblemCode[]): error is ProblemError {
	return error instanceof ProblemError && codes.includes(error.code);
}
