import type { FastifyInstance, FastifyRequest } from "fastify";
import { RECORDINGS_RESOURCE } from "../../contract/names.ts";
import { type MissingRight, ProblemError } from "../../contract/problem.ts";
import type { Access, AgentIdentity, AgentTrust, Caller, Verb } from "../adapters.ts";
import { createLimiter } from "../limiter.ts";

/** One request about a thousand namespaces must not keep the others waiting. */
const QUESTIONS_AT_ONCE = 16;

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

/** @returns what the caller lacks to do this; undefined: nothing */
export async function missingRight(
	access: Access,
	request: FastifyRequest,
	verb: Verb,
	namespace: string,
): Promise<MissingRight | undefined> {
	const caller = callerOf(request);
	if (await access.allows(caller, verb, namespace)) return undefined;
	const { group, resource } = RECORDINGS_RESOURCE;
	return { user: caller.name, verb, resource: `${resource}.${group}`, namespace };
}

/** @throws ProblemError `forbidden` */
export async function authorize(
	access: Access,
	request: FastifyRequest,
	verb: Verb,
	namespace: string,
): Promise<void> {
	const right = await missingRight(access, request, verb, namespace);
	if (right === undefined) return;
	throw new ProblemError("forbidden", `You may not ${verb} recordings in the namespace ${namespace}.`, {
		right,
	});
}

/** Those of the namespaces in which the caller may do this; whoever may do it everywhere costs one question. */
export async function allowedNamespaces(
	access: Access,
	request: FastifyRequest,
	verb: Verb,
	namespaces: readonly string[],
): Promise<readonly string[]> {
	const caller = callerOf(request);
	if (namespaces.length > 1 && (await access.allows(caller, verb))) return namespaces;
	const limited = createLimiter(QUESTIONS_AT_ONCE);
	const ask = (namespace: string) => limited(() => access.allows(caller, verb, namespace));
	const answers = await Promise.all(namespaces.map(ask));
	return namespaces.filter((_, index) => answers[index]);
}
