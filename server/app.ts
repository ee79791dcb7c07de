import type { FastifyBaseLogger, FastifyInstance } from "fastify";
import type { Registry } from "prom-client";
import { agentRoutes as agentContract } from "../contract/agent-routes.ts";
import { peerRoutes as peerContract } from "../contract/peer-routes.ts";
import type { Route } from "../contract/route.ts";
import { serverRoutes } from "../contract/server-routes.ts";
import { admitEveryRequest } from "./access/authorization.ts";
import type { Access, AgentTrust, PodSource } from "./adapters.ts";
import { createDispatcher } from "./agents/dispatcher.ts";
import { createRegistry } from "./agents/registry.ts";
import type { Archive } from "./archive/archive.ts";
import { createUploads } from "./archive/uploads.ts";
import { createBaseApp, type ListenerTls } from "./http/base-app.ts";
import { compressAnswers } from "./http/compression.ts";
import { drainOnClose } from "./http/draining.ts";
import { JSON_BODY_BYTES, REQUEST_TIMEOUT_MS } from "./http/limits.ts";
import { addMetrics } from "./http/metrics.ts";
import { shareSchemas } from "./http/schemas.ts";
import { inScope } from "./http/scope.ts";
import { addSecurityHeaders } from "./http/security-headers.ts";
import { answerUnknownAddresses } from "./http/unknown-addresses.ts";
import { createPeers, type PeerOptions, type Peers } from "./peers/peers.ts";
import { createRenderer, type Renderer } from "./rendering/renderer.ts";
import { agentRoutes } from "./routes/agents.ts";
import { collectDocumentation, documentationRoutes } from "./routes/docs.ts";
import { healthRoutes } from "./routes/health.ts";
import { answerWithPage, pageFiles } from "./routes/page.ts";
import { peerRoutes } from "./routes/peers.ts";
import { podRoutes } from "./routes/pods.ts";
import { proxyRoutes } from "./routes/proxy.ts";
import { recordingRoutes } from "./routes/recordings.ts";

export interface ServerOptions {
	/** who may call; `loopbackAccess()` on one machine */
	access: Access;
	pods: PodSource;
	trust: AgentTrust;
	/** from `openArchive({directory, logger})` */
	archive: Archive;
	/** folder of the built page (ui/dist), absolute; it may be built after the start */
	webRoot: string;
	/** shown in /openapi.json and /healthz */
	version: string;
	/** from `createLogger()`, which redacts; absent: no log */
	logger?: FastifyBaseLogger;
	/** TLS of the listener; absent: plain HTTP. Newer: `server.setSecureContext` of what this returns */
	tls?: ListenerTls;
	/** PEM: the roots that agents must trust from now on, told to each with the answer to its heartbeat */
	agentCa?: () => string | undefined;
	/** why the server cannot do its work yet, or any more, in one sentence; for /readyz */
	notReady?: () => string | undefined;
	/** the other replicas, whose recordings are as good as this one's; absent: there is but this server */
	peers?: PeerOptions;
	/** absent: one of its own */
	metricsRegistry?: Registry;
	/** monotonic, in milliseconds; for tests */
	clock?: () => number;
	/** how long an agent may take, in milliseconds; for tests */
	agentTimeouts?: { connect?: number; headers?: number; body?: number };
}

/**
 * Furnace's server: REST, the way to the agents, archive, documentation and page. It never listens: call `listen` on what it returns.
 * Closing it ends live event streams at once and lets downloads finish for a few seconds.
 */
export async function buildServer(options: ServerOptions): Promise<FastifyInstance> {
	const { access, pods, trust, archive, webRoot, version } = options;
	const app = createBaseApp({
		tls: options.tls,
		logger: options.logger,
		bodyBytes: JSON_BODY_BYTES,
		requestTimeoutMs: REQUEST_TIMEOUT_MS,
		admit: access.admit,
	});
	await addSecurityHeaders(app, { tls: options.tls !== undefined });
	admitEveryRequest(app, access);
	answerUnknownAddresses(app, (request, reply) => answerWithPage(request, reply, webRoot));
	await collectDocumentation(app, version);
	shareSchemas(
		app,
		[serverRoutes, agentContract, peerContract].flatMap((routes) => Object.values<Route>(routes)),
	);

	const registry = createRegistry(options.clock ?? (() => performance.now()));
	const renderer = createRenderer({ webRoot });
	const metrics = addMetrics(
		app,
		{ agents: registry.counts, archive: archive.status },
		options.metricsRegistry,
	);
	const dispatcher = createDispatcher({
		trust,
		pinnedCertificate: registry.certificateOf,
		...(options.agentTimeouts === undefined ? {} : { timeouts: options.agentTimeouts }),
	});
	app.addHook("onClose", async () => dispatcher.destroy());
	const uploads = createUploads(archive, renderer);
	trust.onGone?.((key) => {
		dispatcher.drop(key);
		uploads.drop(key).catch((err: unknown) => app.log.warn({ err, agent: key }, "its uploads stay"));
	});
	const endless = drainOnClose(app);
	const peers = await addPeers(app, options, renderer);
	const notReady = () => options.notReady?.() ?? peers?.notReady();

	await inScope(app, (scope) => healthRoutes(scope, { archive, version, notReady }));
	await inScope(app, (scope) =>
		agentRoutes(scope, {
			trust,
			registry,
			uploads,
			metrics,
			ca: options.agentCa,
		}),
	);
	await inScope(app, (scope) =>
		proxyRoutes(scope, { access, pods, registry, dispatcher, renderer, metrics, endless }),
	);
	// not before: agents and replicas send what is compressed already, and an agent's stream goes on as it comes
	await compressAnswers(app);
	await inScope(app, (scope) => podRoutes(scope, { access, pods, registry }));
	await inScope(app, (scope) =>
		recordingRoutes(scope, { access, archive, peers, renderer, pods, registry, dispatcher }),
	);
	await documentationRoutes(app);
	await pageFiles(app, webRoot);
	return app;
}

/** What the other replicas may ask, and asking them from when this one listens. */
async function addPeers(
	app: FastifyInstance,
	{ peers: options, archive }: ServerOptions,
	renderer: Renderer,
): Promise<Peers | undefined> {
	if (options === undefined) return undefined;
	const peers = createPeers(options, { archive, renderer, log: app.log });
	app.addHook("onListen", async () => peers.start());
	app.addHook("preClose", () => peers.close());
	await inScope(app, (scope) => peerRoutes(scope, { archive, name: options.name }));
	return peers;
}
