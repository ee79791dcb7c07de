import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance } from "fastify";
import { REGISTRATION } from "../../contract/names.ts";
import { ProblemError } from "../../contract/problem.ts";
import { serverRoutes } from "../../contract/server-routes.ts";
import { agentOf, requireAgent } from "../access/authorization.ts";
import type { AgentTrust } from "../adapters.ts";
import type { AgentRegistry } from "../agents/registry.ts";
import { readPiece } from "../archive/content-range.ts";
import type { UploadProgress, Uploads } from "../archive/uploads.ts";
import { type Call, declareRoute } from "../http/declare-route.ts";
import type { Metrics } from "../http/metrics.ts";
import { inScope } from "../http/scope.ts";

/** Requests a minute from one address. A whole upload of 256 MiB takes 64; several agents may share an address. */
const REQUESTS_PER_MINUTE = 3_000;

export interface AgentRoutesOptions {
	trust: AgentTrust;
	registry: AgentRegistry;
	uploads: Uploads;
	metrics: Metrics;
	/** PEM: the roots that agents must trust from now on */
	ca?: (() => string | undefined) | undefined;
}

/** What agents call: registration with heartbeats, and the upload of finished profiles. */
export async function agentRoutes(app: FastifyInstance, options: AgentRoutesOptions): Promise<void> {
	await app.register(rateLimit, {
		global: false,
		max: REQUESTS_PER_MINUTE,
		timeWindow: "1 minute",
		errorResponseBuilder: () => new ProblemError("too-many-requests"),
	});
	// before the token is looked at: a flood must not become a flood of token reviews
	app.addHook("onRequest", app.rateLimit());
	requireAgent(app, options.trust);
	await inScope(app, (scope) => registrationRoute(scope, options));
	await inScope(app, (scope) => uploadRoutes(scope, options));
}

async function registrationRoute(
	app: FastifyInstance,
	{ registry, metrics, ca: currentCa }: AgentRoutesOptions,
): Promise<void> {
	const register = async ({ body, request }: Call<typeof serverRoutes.register>) => {
		if (body.protocol > REGISTRATION.protocol) {
			const detail = `The agent speaks protocol ${body.protocol}, this server up to ${REGISTRATION.protocol}.`;
			metrics.registrations.inc({ outcome: "protocol" });
			throw new ProblemError("invalid-request", detail);
		}
		const identity = agentOf(request);
		const known = registry.stateOf(identity.key) === "ready";
		if (!known) app.log.info({ agent: identity, version: body.version }, "agent registered");
		metrics.registrations.inc({ outcome: known ? "heartbeat" : "registered" });
		const ca = currentCa?.();
		return { heartbeatSeconds: registry.register(identity, body), ...(ca === undefined ? {} : { ca }) };
	};
	// ten thousand agents' heartbeats would be most of the log
	declareRoute(app, serverRoutes.register, register, { logLevel: "warn" });
}

async function uploadRoutes(app: FastifyInstance, { uploads, metrics }: AgentRoutesOptions): Promise<void> {
	// bodies are streamed to the disk, whatever they call themselves
	app.removeAllContentTypeParsers();
	app.addContentTypeParser("*", (_request, payload, done) => done(null, payload));

	declareRoute(app, serverRoutes.uploadOffset, async ({ params, request, reply }) => {
		return reply.headers(progressHeaders(await uploads.progress(agentOf(request), params.id))).send();
	});
	declareRoute(app, serverRoutes.upload, async ({ params, request, reply }) => {
		const agent = agentOf(request);
		const { id } = params;
		try {
			const progress = await uploads.receive(agent, id, readPiece(request.headers), request.raw);
			if (progress.complete) {
				metrics.uploads.inc({ outcome: "stored" });
				request.log.info({ agent: agent.key, recording: id }, "recording stored");
			}
			return reply.headers(progressHeaders(progress)).send();
		} catch (error) {
			metrics.uploads.inc({ outcome: error instanceof ProblemError ? error.code : "internal" });
			// part of the body may still be on its way; it must not be taken for the next request
			reply.header("connection", "close");
			throw error;
		}
	});
}

function progressHeaders({ offset, complete }: UploadProgress): Record<string, string> {
	return { "upload-offset": String(offset), "upload-complete": complete ? "?1" : "?0" };
}
