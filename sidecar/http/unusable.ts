import type { ServerResponse } from "node:http";
import { PROBLEM_MEDIA_TYPE, ProblemError, toProblem } from "../../contract/problem.ts";

/** The answer to every request while the agent cannot be put together, for example since its disk is full. */
export function sendUnusable(response: ServerResponse, error: unknown): void {
	const why = error instanceof Error ? error.message : String(error);
	const problem = new ProblemError("agent-unreachable", `The agent cannot work: ${why}`);
	response.writeHead(problem.status, { "content-type": PROBLEM_MEDIA_TYPE });
	response.end(JSON.stringify(toProblem(problem)));
}
