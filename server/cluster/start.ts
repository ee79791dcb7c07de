import { setTimeout as sleep } from "node:timers/promises";
import type { Server as TlsServer } from "node:tls";
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { Registry } from "prom-client";
import { serverName } from "../../contract/names.ts";
import type { Connection } from "../../kubernetes/connect.ts";
import { recordEvent } from "../../kubernetes/events.ts";
import { buildAdmission } from "../admission-app.ts";
import { buildServer, type ServerOptions } from "../app.ts";
import { openArchive } from "../archive/archive.ts";
import type { ServerConfig } from "../config.ts";
import { endConnections } from "../http/end-connections.ts";
import { peersByName } from "../peers/addresses.ts";
import type { PeerTls } from "../peers/client.ts";
import { version } from "../version.ts";
import { type ClusterAccess, clusterAccess } from "./access.ts";
import { admissionFacts } from "./facts.ts";
import { gatherKnowledge, type Knowledge } from "./knowledge.ts";
import { type ClusterMetrics, clusterMetrics } from "./metrics.ts";
import { placeholderTls } from "./placeholder-tls.ts";
import { clusterPods } from "./pods.ts";
import { type Readiness, readiness } from "./readiness.ts";
import { tellSkips } from "./skip-events.ts";
import { type ClusterTrust, clusterTrust } from "./trust.ts";

export interface RunningServer {
	readonly ports: { readonly server: number; readonly admission: number };
	/** Unready at once; resolves when nobody is sent here any more. Until then everything is answered. */
	drain(): Promise<void>;
	/** Ends live streams and lets downloads finish for a few seconds. */
	close(): Promise<void>;
}

/** What the parts of one running server share. */
interface Parts {
	readonly config: ServerConfig;
	readonly connection: Connection;
	readonly log: Logger;
	readonly knowledge: Knowledge;
	readonly access: ClusterAccess;
	readonly trust: ClusterTrust;
	readonly state: Readiness;
	readonly registry: Registry;
	readonly metrics: ClusterMetrics;
}

/** Puts a server together as it is in a cluster, and listens. It becomes ready when it knows what it needs to know. */
export async function startServer(
	config: ServerConfig,
	connection: Connection,
	log: Logger,
): Promise<RunningServer> {
	const parts = makeParts(config, connection, log);
	const { knowledge, state } = parts;
	const apps: FastifyInstance[] = [];
	const close = async () => {
		await Promise.all(apps.map((app) => app.close()));
		knowledge.watches.close();
	};
	try {
		const placeholder = await placeholderTls();
		const server = await serverOf(parts, placeholder);
		apps.push(server);
		const admission = await admissionOf(parts, placeholder);
		apps.push(admission);
		for (const app of apps) renewTls(app, knowledge);
		const ports = {
			server: await listen(server, config.port),
			admission: await listen(admission, config.admissionPort),
		};
		const drain = async () => {
			state.end();
			for (const app of apps) endConnections(app);
			await sleep(config.drainMs);
		};
		return { ports, drain, close };
	} catch (error) {
		await close();
		throw error;
	}
}

function makeParts(config: ServerConfig, connection: Connection, log: Logger): Parts {
	const knowledge = gatherKnowledge(connection, config.namespace, log);
	const { watches, tls } = knowledge;
	const access = clusterAccess({ cluster: connection });
	const trust = clusterTrust({ cluster: connection, pods: watches.pods, tls: tls.current, log });
	const registry = new Registry();
	const metrics = clusterMetrics(registry, {
		caches: () => ({ ...access.cacheSizes(), agents: trust.cacheSize() }),
		staleness: watches.staleness,
	});
	const parts = { config, connection, log, knowledge, access, trust, registry, metrics };
	knowledge.onPod(trust.podChanged);
	knowledge.onPod(skipTeller(parts));
	return { ...parts, state: readiness(knowledge.missing) };
}

function skipTeller({ connection, knowledge, metrics, log }: Omit<Parts, "state">) {
	const { namespaces, synced } = knowledge.watches;
	return tellSkips({
		facts: knowledge.facts,
		isEnabled: (namespace) => namespaces.get(namespace)?.enabled === true,
		synced,
		record: (event) => recordEvent(connection, event),
		count: metrics.skipped,
		log,
	});
}

type Tls = NonNullable<ServerOptions["tls"]>;

async function serverOf(parts: Parts, placeholder: Tls): Promise<FastifyInstance> {
	const { config, log, knowledge, access, trust, state, registry } = parts;
	const { watches, facts, tls } = knowledge;
	const ca = (): string | undefined => tls.current()?.ca;
	return buildServer({
		access,
		trust,
		pods: clusterPods({ pods: watches.pods, namespaces: watches.namespaces, facts, ca }),
		archive: await openArchive({ directory: config.archive, writer: config.podName, logger: log }),
		webRoot: config.webRoot,
		version,
		logger: log,
		// whether clients are asked for certificates cannot be changed later
		tls: { ...placeholder, ca: placeholder.cert },
		agentCa: ca,
		notReady: state.notReady,
		metricsRegistry: registry,
		...peersOf(config, tls.current),
	});
}

/** A pod that does not know its own address cannot tell itself from the others. */
function peersOf(
	{ namespace, podIp, port }: ServerConfig,
	tls: () => PeerTls | undefined,
): Pick<ServerOptions, "peers"> {
	if (podIp === undefined) return {};
	const name = serverName(namespace);
	return { peers: { name, find: peersByName(name, podIp, port), tls } };
}

function admissionOf({ knowledge, metrics, log }: Parts, placeholder: Tls): Promise<FastifyInstance> {
	return buildAdmission({
		tls: placeholder,
		facts: admissionFacts(knowledge.facts, knowledge.watches.namespaces),
		count: metrics.admitted,
		logger: log,
	});
}

/** Connections that are open stay as they are. */
function renewTls(app: FastifyInstance, knowledge: Knowledge): void {
	knowledge.onTls((material) => (app.server as unknown as TlsServer).setSecureContext(material));
}

/** On all addresses of both families, or of the one there is. @returns the port */
async function listen(app: FastifyInstance, port: number): Promise<number> {
	const address = await app.listen({ host: "::", port }).catch((error: NodeJS.ErrnoException) => {
		if (error.code !== "EAFNOSUPPORT") throw error;
		return app.listen({ host: "0.0.0.0", port });
	});
	return Number(new URL(address).port);
}
