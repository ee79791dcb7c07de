import { createHash } from "node:crypto";
import { accessSync, constants } from "node:fs";
import type { RequestOptions } from "node:https";
import { homedir } from "node:os";
import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { Agent, type Dispatcher, ProxyAgent } from "undici";
import { KubernetesError } from "./cluster.ts";
import { NO_ANSWER, wordsOf } from "./failures.ts";
import type { Log } from "./log.ts";

const SERVICE_ACCOUNT_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token";
const CONNECT_TIMEOUT_MS = 5_000;
/** Between two requests of a kept-open connection; shorter than what load balancers forget without a word. */
const IDLE_MS = 20_000;
const MOST_CONNECTIONS = 32;
/** The library looks at the mounted token once a minute; after a 401 it is read anew, at most this often. */
const RENEWAL_EVERY_MS = 2_000;

/** How to make one request now. */
export interface Pass {
	readonly origin: string;
	/** what comes before the API's own paths; mostly empty */
	readonly prefix: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly calls: Dispatcher;
	/** Watches have connections of their own, so that they take none of the calls'. */
	readonly watches: Dispatcher;
}

/** Who we are to the API server. Files are read again and again: tokens and roots are rotated under our feet. */
export interface Credentials {
	readonly server: string;
	readonly namespace: string;
	/** @throws KubernetesError status 0, `NoCredentials` */
	pass(): Promise<Pass>;
	/** The API server did not believe us: reads everything anew. @returns whether it is worth asking again */
	renew(): boolean;
	close(): Promise<void>;
}

type Tls = Pick<
	RequestOptions,
	"ca" | "cert" | "key" | "pfx" | "passphrase" | "rejectUnauthorized" | "servername"
>;

/**
 * `KubeConfig` of the client library finds and reads credentials, runs login plugins and knows proxies. Its API classes
 * are not used: they make a new TLS connection for each request, and their models lose fields they do not know.
 * @throws Error there are none, or they cannot be read
 */
export function openCredentials({ kubeconfig, log }: { kubeconfig?: string; log: Log }): Credentials {
	let config = load(kubeconfig);
	const { server } = currentCluster(config);
	const address = new URL(server);
	let renewedAt = Number.NEGATIVE_INFINITY;
	let dispatchers: { fingerprint: string; calls: Dispatcher; watches: Dispatcher } | undefined;
	let last: Pass | undefined;

	return {
		server,
		namespace: config.getContextObject(config.getCurrentContext())?.namespace ?? "default",
		async pass() {
			try {
				last = await readPass();
			} catch (error) {
				if (last === undefined)
					throw new KubernetesError(0, NO_ANSWER.credentials, wordsOf(error), { cause: error });
				log.warn({ err: error }, "the credentials cannot be read: the last ones are used");
			}
			return last;
		},
		renew() {
			if (performance.now() - renewedAt < RENEWAL_EVERY_MS) return false;
			renewedAt = performance.now();
			try {
				config = load(kubeconfig);
				return true;
			} catch (error) {
				log.warn({ err: error }, "the credentials cannot be read anew");
				return false;
			}
		},
		async close() {
			await Promise.all([dispatchers?.calls.destroy(), dispatchers?.watches.destroy()]);
		},
	};

	async function readPass(): Promise<Pass> {
		const options: RequestOptions = {};
		await config.applyToHTTPSOptions(options);
		const { calls, watches } = dispatchersFor(options);
		return {
			origin: address.origin,
			prefix: address.pathname.replace(/\/$/, ""),
			headers: Object.fromEntries(
				Object.entries(options.headers ?? {}).map(([name, value]) => [name, String(value).trim()]),
			),
			calls,
			watches,
		};
	}

	/** The same ones as long as roots and certificates stay; what runs on the old ones may end. */
	function dispatchersFor(tls: Tls) {
		const fingerprint = fingerprintOf(tls);
		if (dispatchers?.fingerprint !== fingerprint) {
			const old = dispatchers;
			const make = (connections: number | null) => createDispatcher(config, tls, connections);
			dispatchers = { fingerprint, calls: make(MOST_CONNECTIONS), watches: make(null) };
			for (const dispatcher of [old?.calls, old?.watches]) dispatcher?.close().catch(() => {});
		}
		return dispatchers;
	}
}

/** An explicit kubeconfig first, as kubectl has it; then the pod's own account; then the user's. */
function load(kubeconfig: string | undefined): KubeConfig {
	const config = new KubeConfig();
	if (kubeconfig !== undefined) config.loadFromFile(kubeconfig);
	else if (process.env.KUBECONFIG) config.loadFromDefault();
	else if (isReadable(SERVICE_ACCOUNT_TOKEN)) config.loadFromCluster();
	else if (isReadable(join(homedir(), ".kube", "config"))) config.loadFromDefault();
	else
		throw new Error(
			"no cluster: KUBECONFIG is not set, and there is neither a ServiceAccount nor ~/.kube/config",
		);
	currentCluster(config);
	return config;
}

function currentCluster(config: KubeConfig) {
	const cluster = config.getCurrentCluster();
	if (cluster === null)
		throw new Error(`the kubeconfig's context "${config.getCurrentContext()}" names no cluster`);
	return cluster;
}

function isReadable(path: string): boolean {
	try {
		accessSync(path, constants.R_OK);
		return true;
	} catch {
		return false;
	}
}

function fingerprintOf(tls: Tls): string {
	const parts = [tls.ca, tls.cert, tls.key, tls.pfx, tls.passphrase, tls.rejectUnauthorized, tls.servername];
	return createHash("sha256")
		.update(JSON.stringify(parts.map((part) => String(part))))
		.digest("hex");
}

function createDispatcher(config: KubeConfig, tls: Tls, connections: number | null): Dispatcher {
	const options = config.createDispatcherOptions(config.getCurrentCluster(), tls);
	// HTTP/1.1: what is given up takes its connection with it, and a dead one hurts no other call.
	const common = {
		allowH2: false,
		connections,
		keepAliveTimeout: IDLE_MS,
		headersTimeout: 0,
		bodyTimeout: 0,
	};
	switch (options.type) {
		case "agent":
			return new Agent({
				...common,
				connect: { ...withoutUndefined(options.connect), timeout: CONNECT_TIMEOUT_MS },
			});
		case "none":
			return new Agent({ ...common, connect: { timeout: CONNECT_TIMEOUT_MS } });
		case "proxy":
			return new ProxyAgent({
				...common,
				uri: options.uri,
				requestTls: withoutUndefined(options.requestTls),
			});
		case "socks":
			throw new Error("SOCKS proxies are not supported: use an HTTP proxy in the kubeconfig's proxy-url");
	}
}

/** The client library's and undici's types differ in nothing but how an absent option is written. */
function withoutUndefined(options: object): object {
	return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
