import type { IncomingHttpHeaders } from "node:http";
import { PROBLEM_MEDIA_TYPE, ProblemError } from "../../contract/problem.ts";
import type { Route } from "../../contract/route.ts";

const MEBIBYTE = 1024 * 1024;

/** What an agent may answer; nothing of its headers but this choice comes through. */
export const ANSWER_KINDS = {
	json: { maxBytes: 32 * MEBIBYTE },
	problem: { maxBytes: MEBIBYTE },
	events: { maxBytes: Number.POSITIVE_INFINITY },
	/** a profile in any format, as an attachment */
	file: { maxBytes: 1024 * MEBIBYTE },
	empty: { maxBytes: 0 },
} as const;

export type AnswerKind = keyof typeof ANSWER_KINDS;

/** Speaking of the caller's rights is the server's part: an agent's 401 would send people to the login. */
const STATUSES_OF_THE_SERVER: ReadonlySet<number> = new Set([401, 403, 407]);

/**
 * An agent runs among the programs of others, so what it answers is data from a hostile place:
 * the status and kind of content that the route promises, or problem details, and nothing else.
 * @throws ProblemError `bad-agent-response`
 */
export function classifyAnswer(route: Route, status: number, headers: IncomingHttpHeaders): AnswerKind {
	const mediaType = (headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
	const encoding = headers["content-encoding"] ?? "identity";
	if (encoding !== "identity") throw refused(`an encoding that was not asked for (${printable(encoding)})`);
	const kind = kindOf(route, status, mediaType);
	if (kind === null) throw refused(`status ${status} with the content type "${printable(mediaType)}"`);
	const length = Number(headers["content-length"] ?? 0);
	if (length > ANSWER_KINDS[kind].maxBytes) throw refused(`${length} bytes`);
	return kind;
}

function kindOf(route: Route, status: number, mediaType: string): AnswerKind | null {
	if (status >= 400) {
		const isProblem = mediaType === PROBLEM_MEDIA_TYPE && !STATUSES_OF_THE_SERVER.has(status);
		return isProblem ? "problem" : null;
	}
	if (status !== route.status) return null;
	if (route.response !== null) return mediaType === "application/json" ? "json" : null;
	if (route.produces === undefined) return "empty";
	if (route.produces !== "text/event-stream") return "file";
	return mediaType === "text/event-stream" ? "events" : null;
}

function refused(what: string): ProblemError {
	return new ProblemError("bad-agent-response", `The agent answered ${what}.`);
}

function printable(text: string): string {
	return text.replace(/[^\x20-\x7e]/g, "?").slice(0, 80);
}
