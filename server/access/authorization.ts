import type { FastifyInstance, FastifyRequest } from "fastify";
import { ProblemError } from "../../contract/problem.ts";
import type { Access, AgentIdentity, AgentTrust, Caller, Verb } from "../adapters.ts";

declare module "fastify" {
	interface FastifyRequest {
		/** set on routes for people */
		caller: Caller | null;
		/** set on routes for agents */
		agent: AgentIdentity | null;
	}
}

/** Call once, on the root, before any route. */
export function admitEveryRequest(app: FastifyInstance, access: Access): void {
	app.decorateRequest("caller", null);
	app.decorateRequest("agent", null);
	app.addHook("onRequest", async (request) => access.admit(request));
}

/** From here on (in this scope) a request belongs to a known caller. */
export function requireCaller(app: FastifyInstance, access: Access): void {
	app.addHook("onRequest", async (request) => {
		request.caller = await access.authenticate(request);
	});
}

/** From here on (in this scope) a request comes from an agent that proved who it is. */
export function requireAgent(app: FastifyInstance, trust: AgentTrust): void {
	app.addHook("onRequest", async (request) => {
		const token = /^Bearer ([\x21-\x7e]+)$/i.exec(request.headers.authorization ?? "")?.[1];
		const identity = token === undefined ? null : await trust.review(token);
		if (identity === null) throw new ProblemError("agent-unauthenticated");
		request.agent = identity;
	});
}

export function callerOf(request: FastifyRequest): Caller {
	if (request.caller === null) throw new ProblemError("unauthenticated");
	return request.caller;
}

export function agentOf(request: FastifyRequest): AgentIdentity {
	if (request.agent === null) throw new ProblemError("agent-unauthenticated");
	return request.agent;
}

/** @throws ProblemError `forbidden` */
export async function authorize(
	access: Access,
	request: FastifyRequest,
	verb: Verb,
	namespace: string,
): Promise<void> {
	if (await access.allows(callerOf(request), verb, namespace)) return;
	throw new ProblemError("forbidden", `You may not ${verb} recordings in the namespace ${namespace}.`);
}
