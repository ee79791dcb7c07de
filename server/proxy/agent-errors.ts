import { ProblemError } from "../../contract/problem.ts";
import type { ProblemCode } from "../../contract/problem-codes.ts";

/** undici's and Node's error codes of a request to an agent; all others mean that it does not answer. */
const CODES: Readonly<Record<string, ProblemCode>> = {
	UND_ERR_HEADERS_TIMEOUT: "timed-out",
	UND_ERR_BODY_TIMEOUT: "timed-out",
	UND_ERR_HEADERS_OVERFLOW: "bad-agent-response",
	UND_ERR_RESPONSE_EXCEEDED_MAX_SIZE: "bad-agent-response",
	UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "bad-agent-response",
	FST_REPLY_FROM_BAD_GATEWAY: "bad-agent-response",
};

/** Why a request to an agent failed. Looks through wrapping errors. */
export function agentProblem(error: unknown): ProblemError {
	if (error instanceof ProblemError) return error;
	for (let cause = error; cause instanceof Error; cause = cause.cause) {
		const code = (cause as NodeJS.ErrnoException).code ?? "";
		// undici gives its parser's errors a name, but not always a code
		const known = CODES[code] ?? (cause.name === "HTTPParserError" ? "bad-agent-response" : undefined);
		if (known !== undefined) return new ProblemError(known, undefined, { cause: error });
	}
	return new ProblemError("agent-unreachable", undefined, { cause: error });
}
