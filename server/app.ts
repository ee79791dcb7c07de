import type { FastifyBaseLogger, FastifyInstance } from "fastify";
import { agentRoutes as agentContract } from "../contract/agent-routes.ts";
import { serverRoutes } from "../contract/server-routes.ts";
import { admitEveryRequest } from "./access/authorization.ts";
import type { Access, AgentTrust, PodSource } from "./adapters.ts";
import { createDispatcher } from "./agents/dispatcher.ts";
import { createRegistry } from "./agents/registry.ts";
import type { Archive } from "./archive/archive.ts";
import { createUploads } from "./archive/uploads.ts";
import { createBaseApp } from "./http/base-app.ts";
import { drainOnClose } from "./http/draining.ts";
import { JSON_BODY_BYTES, REQUEST_TIMEOUT_MS } from "./http/limits.ts";
import { addMetrics } from "./http/metrics.ts";
import { shareSchemas } from "./http/schemas.ts";
import { inScope } from "./http/scope.ts";
import { addSecurityHeaders } from "./http/security-headers.ts";
import { answerUnknownAddresses } from "./http/unknown-addresses.ts";
import { createRenderer } from "./rendering/renderer.ts";
import { agentRoutes } from "./routes/agents.ts";
import { collectDocumentation, documentationRoutes } from "./routes/docs.ts";
import { healthRoutes } from "./routes/health.ts";
import { answerWithPage, pageFiles } from "./routes/page.ts";
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
	/** TLS of the listener, PEM; absent: plain HTTP */
	tls?: { cert: string; key: string };
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
	shareSchemas(app, [...Object.values(serverRoutes), ...Object.values(agentContract)]);

	const registry = createRegistry(options.clock ?? (() => performance.now()));
	const renderer = createRenderer({ webRoot });
	const metrics = addMetrics(app, { agents: registry.counts, archive: archive.status });
	const dispatcher = createDispatcher({
		trust,
		pinnedCertificate: registry.certificateOf,
		...(options.agentTimeouts === undefined ? {} : { timeouts: options.agentTimeouts }),
	});
	app.addHook("onClose", async () => dispatcher.destroy());
	const endless = drainOnClose(app);

	await inScope(app, (scope) => healthRoutes(scope, { archive, version }));
	await inScope(app, (scope) =>
		agentRoutes(scope, { trust, registry, uploads: createUploads(archive, renderer), metrics }),
	);
	await inScope(app, (scope) => podRoutes(scope, { access, pods, registry }));
	await inScope(app, (scope) =>
		recordingRoutes(scope, { access, archive, renderer, pods, registry, dispatcher }),
	);
	await inScope(app, (scope) =>
		proxyRoutes(scope, { access, pods, registry, dispatcher, renderer, metrics, endless }),
	);
	await documentationRoutes(app);
	await pageFiles(app, webRoot);
	return app;
}
