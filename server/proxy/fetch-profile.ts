import type { Readable } from "node:stream";
import { Value } from "typebox/value";
import type { Agent, Dispatcher } from "undici";
import { agentRoutes } from "../../contract/agent-routes.ts";
import type { Format } from "../../contract/formats.ts";
import { Problem, ProblemError } from "../../contract/problem.ts";
import { collectBytes, limitBytes } from "../http/limit-bytes.ts";
import { ANSWER_KINDS, classifyAnswer } from "./agent-answer.ts";
import { agentProblem } from "./agent-errors.ts";

/** Compressed; the archive takes no more either. */
const MAX_PROFILE_BYTES = 256 * 1024 * 1024;

export interface ProfileAddress {
	readonly origin: string;
	/** of the profile below the agent, without query */
	readonly path: string;
	readonly requestId: string;
}

/**
 * Fetches a recording's profile from its agent.
 * @returns gzipped pprof, not yet looked into
 * @throws ProblemError the agent's own (`recording-not-found`, `profile-not-ready` ...) or why it could not be asked
 */
export async function fetchProfile(dispatcher: Agent, address: ProfileAddress): Promise<Uint8Array> {
	const body = await openProfile(dispatcher, address, "pprof");
	try {
		return await collectBytes(body, MAX_PROFILE_BYTES);
	} catch (error) {
		throw agentProblem(error);
	}
}

/**
 * The same as a stream, in any format that the agent has; at most as long as an agent's file may be.
 * @throws ProblemError as fetchProfile does
 */
export async function openProfile(
	dispatcher: Agent,
	{ origin, path, requestId }: ProfileAddress,
	format: Format,
): Promise<Readable> {
	try {
		const response = await dispatcher.request({
			origin,
			path: `${path}?format=${format}`,
			method: "GET",
			headers: { "x-request-id": requestId },
		});
		return await bodyOf(response);
	} catch (error) {
		throw agentProblem(error);
	}
}

async function bodyOf({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<Readable> {
	try {
		const kind = classifyAnswer(agentRoutes.getProfile, statusCode, headers);
		if (kind === "problem") throw readProblem(await collectBytes(body, ANSWER_KINDS.problem.maxBytes));
		return limitBytes(body, ANSWER_KINDS[kind].maxBytes);
	} catch (error) {
		body.on("error", () => {}).destroy();
		throw error;
	}
}

function readProblem(bytes: Uint8Array): ProblemError {
	const problem = parseJson(bytes);
	if (Value.Check(Problem, problem)) return new ProblemError(problem.code, problem.detail);
	return new ProblemError("bad-agent-response", "The agent answered problem details that cannot be read.");
}

function parseJson(bytes: Uint8Array): unknown {
	try {
		return JSON.parse(Buffer.from(bytes).toString("utf8"));
	} catch {
		return undefined;
	}
}
