import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import httpProxy from "@fastify/http-proxy";
import type { FastifyReplyFromHooks } from "@fastify/reply-from";
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from "fastify";
import type { Agent } from "undici";
import { agentRoutes } from "../../contract/agent-routes.ts";
import { fillPath } from "../../contract/client.ts";
import type { Format } from "../../contract/formats.ts";
import { PROBLEM_MEDIA_TYPE } from "../../contract/problem.ts";
import type { Route } from "../../contract/route.ts";
import { PodParams, PROXY_PREFIX } from "../../contract/server-routes.ts";
import { requireCaller } from "../access/authorization.ts";
import type { Access, PodSource, Verb } from "../adapters.ts";
import { originOf } from "../agents/dispatcher.ts";
import type { AgentRegistry } from "../agents/registry.ts";
import type { EndlessReplies } from "../http/draining.ts";
import { limitBytes } from "../http/limit-bytes.ts";
import type { Metrics } from "../http/metrics.ts";
import { schemaOf } from "../http/schemas.ts";
import { inScope } from "../http/scope.ts";
import { asAttachment } from "../http/security-headers.ts";
import { ANSWER_KINDS, type AnswerKind, classifyAnswer } from "../proxy/agent-answer.ts";
import { agentProblem } from "../proxy/agent-errors.ts";
import { fetchProfile } from "../proxy/fetch-profile.ts";
import { findPodAgent, podAgentOf } from "../proxy/pod-agent.ts";
import { isRenderedHere, profileFile } from "../rendering/profile-file.ts";
import type { Renderer } from "../rendering/renderer.ts";

/** What the caller must be allowed to do, for each of the agent's routes. A route that is not here is not proxied. */
const VERBS: Readonly<Record<keyof typeof agentRoutes, Verb>> = {
	listTargets: "list",
	startRecording: "create",
	listRecordings: "list",
	getRecording: "get",
	stopRecording: "create",
	deleteRecording: "delete",
	watchRecording: "get",
	getProfile: "get",
};

export interface ProxyOptions {
	access: Access;
	pods: PodSource;
	registry: AgentRegistry;
	dispatcher: Agent;
	renderer: Renderer;
	metrics: Metrics;
	endless: EndlessReplies;
}

/**
 * The proxy route: the agent's own REST below the address of its pod. Only the routes of the contract exist; the path
 * that is asked of the agent is built here from validated parameters, headers go by allow-lists both ways.
 */
export async function proxyRoutes(app: FastifyInstance, options: ProxyOptions): Promise<void> {
	app.decorateRequest("podAgent", null);
	requireCaller(app, options.access);
	for (const [name, route] of Object.entries(agentRoutes)) {
		const verb = VERBS[name as keyof typeof VERBS];
		await inScope(app, (scope) => proxyRoute(scope, { ...options, route, verb }));
	}
}

interface ProxyRouteOptions extends ProxyOptions {
	route: Route;
	verb: Verb;
}

async function proxyRoute(scope: FastifyInstance, options: ProxyRouteOptions): Promise<void> {
	const { route, verb, dispatcher, metrics } = options;
	scope.addHook("onRoute", (registered) => {
		registered.schema = schemaOf(route, PodParams);
	});
	scope.addHook("preHandler", async (request) => {
		request.podAgent = await findPodAgent(options, request, verb);
	});
	scope.addHook("onError", async (request, _reply, error) => {
		if (request.podAgent !== null) metrics.proxyErrors.inc({ code: agentProblem(error).code });
	});
	await scope.register(httpProxy, {
		prefix: PROXY_PREFIX,
		upstream: "",
		routes: [route.path],
		httpMethods: [route.method as HTTPMethods],
		// bodies are small JSON: validated here, then sent anew
		proxyPayloads: false,
		disableCache: true,
		disableRequestLogging: true,
		undici: { request: dispatcher.request.bind(dispatcher) as never },
		replyOptions: { getUpstream: (request) => originOf(podAgentOf(request as FastifyRequest).key) },
		handler: async (request, reply) => {
			const answered = await answerHere(request, reply, route, options);
			return answered ? reply : reply.from(agentPath(request, route), hooks(request, route, options));
		},
	});
}

/** HTML and SVG run in a browser, so they are made here from the samples and never taken from an agent. */
async function answerHere(
	request: FastifyRequest,
	reply: FastifyReply,
	route: Route,
	{ dispatcher, renderer }: ProxyOptions,
): Promise<boolean> {
	if (route !== agentRoutes.getProfile) return false;
	const format = formatOf(request);
	if (!isRenderedHere(format)) return false;
	const { key, pod } = podAgentOf(request);
	const path = agentPath(request, route);
	const bytes = await fetchProfile(dispatcher, { origin: originOf(key), path, requestId: request.id });
	const body = await renderer.render({ bytes }, { format, title: pod });
	await asAttachment(reply, profileFile(pod, idOf(request), format)).send(body);
	return true;
}

function hooks(request: FastifyRequest, route: Route, options: ProxyOptions): FastifyReplyFromHooks {
	// after a status that is none it reports both an error and the response
	let failed = false;
	return {
		getUpstream: () => originOf(podAgentOf(request).key),
		...(route.method === "GET" ? {} : { body: route.body === undefined ? null : request.body }),
		queryString: () => (route.query === undefined ? "" : `format=${formatOf(request)}`),
		rewriteRequestHeaders: () => requestHeaders(request, route),
		rewriteHeaders: () => ({}),
		// by itself it would ask again after each 503
		retryDelay: () => null as never,
		onResponse: (_request, reply, response) => {
			const { stream, statusCode, headers } = response as unknown as AgentResponse;
			if (failed) stream.on("error", () => {}).destroy();
			else passOn(request, reply as FastifyReply, { stream, statusCode, headers }, { route, ...options });
		},
		onError: (reply, { error }) => {
			failed = true;
			reply.send(agentProblem(error));
		},
	};
}

interface AgentResponse {
	stream: Readable;
	statusCode: number;
	headers: IncomingHttpHeaders;
}

function passOn(
	request: FastifyRequest,
	reply: FastifyReply,
	{ stream, statusCode, headers }: AgentResponse,
	{ route, endless }: { route: Route; endless: EndlessReplies },
): void {
	let kind: AnswerKind;
	try {
		kind = classifyAnswer(route, statusCode, headers);
	} catch (problem) {
		stream.on("error", () => {}).destroy();
		reply.send(problem);
		return;
	}
	reply.code(statusCode);
	if (kind === "empty") {
		stream.on("error", () => {}).destroy();
		reply.send();
		return;
	}
	describe(request, reply, kind);
	if (kind === "events") endless.add(reply);
	else if (headers["content-length"] !== undefined) reply.header("content-length", headers["content-length"]);
	reply.send(limitBytes(stream, ANSWER_KINDS[kind].maxBytes));
}

function describe(request: FastifyRequest, reply: FastifyReply, kind: Exclude<AnswerKind, "empty">): void {
	if (kind === "json") reply.type("application/json; charset=utf-8");
	else if (kind === "problem") reply.type(PROBLEM_MEDIA_TYPE);
	// a proxy in front of us must not hold events back
	else if (kind === "events") reply.type("text/event-stream").header("x-accel-buffering", "no");
	else asAttachment(reply, profileFile(podAgentOf(request).pod, idOf(request), formatOf(request)));
}

function requestHeaders(request: FastifyRequest, route: Route): IncomingHttpHeaders {
	const accept = route.produces ?? "application/json";
	return {
		accept: `${accept}, ${PROBLEM_MEDIA_TYPE}`,
		"x-request-id": request.id,
		...(route.body === undefined ? {} : { "content-type": "application/json" }),
	};
}

function agentPath(request: FastifyRequest, route: Route): string {
	return podAgentOf(request).path + fillPath(route.path, request.params);
}

function idOf(request: FastifyRequest): string {
	return (request.params as { id: string }).id;
}

function formatOf(request: FastifyRequest): Format {
	return (request.query as { format?: Format }).format ?? "pprof";
}
