import { createHash } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { AGENT_AUDIENCE, RECORDINGS_RESOURCE } from "../../contract/names.ts";
import { ProblemError } from "../../contract/problem.ts";
import type { Cluster } from "../../kubernetes/cluster.ts";
import type { TokenAnswer } from "../../kubernetes/reviews.ts";
import { checkSameOrigin } from "../access/same-origin.ts";
import type { Access, Caller, Verb } from "../adapters.ts";
import { type Answer, createAnswers } from "./answers.ts";
import { askingApi } from "./api-problem.ts";
import { tokenKey } from "./bearer-token.ts";

/** How long rights that were taken away may still work. */
const ALLOWED_MS = 10_000;
/** How long somebody who was just given rights may have to wait. */
const REFUSED_MS = 3_000;
const TOKENS = 10_000;
const DECISIONS = 50_000;

const BEARER = /^Bearer +([\x21-\x7e]+)$/i;

export interface ClusterAccessOptions {
	readonly cluster: Pick<Cluster, "reviewToken" | "reviewAccess">;
	/** monotonic, in milliseconds; for tests */
	readonly clock?: () => number;
}

export interface ClusterAccess extends Access {
	/** for the metrics */
	cacheSizes(): { callers: number; decisions: number };
}

/**
 * Access in a cluster: people come with their own bearer token, and the API server says who they are and what they may
 * do. Nothing is decided here: where it cannot be asked, nobody may do anything.
 */
export function clusterAccess({ cluster, clock }: ClusterAccessOptions): ClusterAccess {
	const timing = clock === undefined ? {} : { clock };
	const callers = createAnswers<Caller | null>({ max: TOKENS, ...timing });
	const decisions = createAnswers<boolean>({ max: DECISIONS, ...timing });

	async function whoHas(token: string): Promise<Answer<Caller | null>> {
		const caller = callerOf(await askingApi(() => cluster.reviewToken(token)));
		return { value: caller, freshMs: caller === null ? REFUSED_MS : ALLOWED_MS };
	}

	async function mayThey(caller: Caller, verb: Verb, namespace?: string): Promise<Answer<boolean>> {
		const { name, ...rest } = caller;
		const where = namespace === undefined ? {} : { namespace };
		const question = { user: name, ...rest, verb, ...RECORDINGS_RESOURCE, ...where };
		const value = await askingApi(() => cluster.reviewAccess(question));
		return { value, freshMs: value ? ALLOWED_MS : REFUSED_MS };
	}

	return {
		admit,
		async authenticate({ headers }) {
			const token = BEARER.exec(headers.authorization ?? "")?.[1];
			const caller = token === undefined ? null : await callers.ask(tokenKey(token), () => whoHas(token));
			if (caller === null) throw new ProblemError("unauthenticated");
			return caller;
		},
		allows: (caller, verb, namespace) =>
			decisions.ask(`${digestOf(caller)} ${verb} ${namespace ?? ""}`, () => mayThey(caller, verb, namespace)),
		cacheSizes: () => ({ callers: callers.size(), decisions: decisions.size() }),
	};
}

/**
 * Any Host is served: a forwarded port, a Route, an ingress. Without cookies a page of another site has nobody's rights
 * here, and is refused all the same. A browser's word that a request is the page's own counts also where a proxy in front
 * changed the Host.
 */
function admit(request: FastifyRequest): void {
	if (request.headers["sec-fetch-site"] === "same-origin") return;
	checkSameOrigin(request, (request.headers.host ?? "").toLowerCase());
}

/** An agent's token speaks for an agent, whatever a lenient authenticator says of it. */
function callerOf(answer: TokenAnswer | null): Caller | null {
	if (answer === null || answer.username === "" || answer.audiences.includes(AGENT_AUDIENCE)) return null;
	const { username, uid, groups, extra } = answer;
	return { name: username, ...(uid === undefined ? {} : { uid }), groups, extra };
}

const digests = new WeakMap<Caller, string>();

/** All of a caller counts: rights may hang on any of it. */
function digestOf(caller: Caller): string {
	const known = digests.get(caller);
	if (known !== undefined) return known;
	const { name, uid, groups = [], extra = {} } = caller;
	const text = JSON.stringify([name, uid ?? null, groups, Object.entries(extra)]);
	const digest = createHash("sha256").update(text).digest("base64");
	digests.set(caller, digest);
	return digest;
}
