import { randomUUID } from "node:crypto";
import { readdir } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import { join } from "node:path";
import type { Logger } from "pino";
import type { Agent } from "./app.ts";
import type { SidecarConfig } from "./config.ts";
import { type KeptRegistration, keepRegistered } from "./delivery/registration.ts";
import { resolveServers } from "./delivery/resolved-servers.ts";
import { sayRarely } from "./delivery/say-rarely.ts";
import type { ServerSet } from "./delivery/servers.ts";
import { readToken } from "./delivery/token.ts";
import { listenUntilDone } from "./listen.ts";
import { admitOnlyServer, replaceTrust, tlsOptions } from "./trust/listener.ts";
import { type OwnCertificate, RENEWAL_MILLISECONDS } from "./trust/own-certificate.ts";
import { openRoots, type Roots } from "./trust/roots.ts";

export interface PodAgentOptions {
	readonly config: SidecarConfig;
	/** of Furnace */
	readonly version: string;
	readonly generateCertificate: (name: string) => Promise<OwnCertificate>;
	readonly log: Logger;
	/** default: the machine's resolver */
	readonly lookUp?: (host: string) => Promise<readonly string[]>;
}

/**
 * The agent as a sidecar: serves its own pod's processes to the servers that its roots vouch for. Most sidecars are never
 * asked for anything, so what records and answers is loaded with the first request; until then there are a listener and
 * heartbeats.
 */
export interface PodAgent {
	readonly listener: Server;
	/** Listens, registers and uploads what an earlier agent left; never rejects, and goes on trying until it is closed. */
	start(): Promise<void>;
	/** What records and answers. @throws as buildAgent(); it is tried again the next time */
	agent(): Promise<Agent>;
	/** Ends recordings in an orderly way, uploads what it can within seconds, stops listening. */
	close(): Promise<void>;
}

/** @throws where it cannot make a certificate */
export async function createPodAgent(options: PodAgentOptions): Promise<PodAgent> {
	const onFailure = sayRarely((message, error) => options.log.warn({ err: error }, message));
	const own = await options.generateCertificate(options.config.pod);
	const roots: Roots = await openRoots({
		initial: options.config.ca,
		file: join(options.config.workDir, "roots.pem"),
		onChange: () => podAgent.onNewRoots(),
		onFailure,
	});
	const podAgent = new LazyPodAgent(options, { own, roots, onFailure });
	return podAgent;
}

interface Parts {
	readonly own: OwnCertificate;
	readonly roots: Roots;
	readonly onFailure: (message: string, error: unknown) => void;
}

class LazyPodAgent implements PodAgent {
	readonly listener: Server;
	readonly #options: PodAgentOptions;
	readonly #roots: Roots;
	readonly #onFailure: Parts["onFailure"];
	readonly #servers: ServerSet;
	readonly #stop = new AbortController();
	readonly #instance = randomUUID();
	#own: OwnCertificate;
	#agent: Promise<Agent> | undefined;
	#registration: KeptRegistration | undefined;
	#renewal: NodeJS.Timeout | undefined;

	constructor(options: PodAgentOptions, { own, roots, onFailure }: Parts) {
		const { serverUrl } = options.config;
		this.#options = options;
		this.#own = own;
		this.#roots = roots;
		this.#onFailure = onFailure;
		this.#servers = resolveServers({
			url: serverUrl,
			ca: () => roots.bundle,
			onFailure,
			...(options.lookUp === undefined ? {} : { lookUp: options.lookUp }),
		});
		this.listener = createServer(tlsOptions({ own, roots: roots.bundle }), (request, response) => {
			void this.#answer(request, response);
		});
		admitOnlyServer(this.listener, new URL(serverUrl).hostname);
	}

	async start(): Promise<void> {
		const { config, log } = this.#options;
		await listenUntilDone(this.listener, config, { log, signal: this.#stop.signal });
		if (this.#stop.signal.aborted) return;
		this.#registration = keepRegistered({
			servers: this.#servers,
			token: () => readToken(config.tokenFile),
			registration: () => this.#announcement(),
			onAnswer: ({ address = "" }, { ca }) => this.#learn(address, ca),
			onFailure: this.#onFailure,
		});
		this.#renewal = setInterval(() => {
			this.#renew().catch((error) => this.#onFailure("the agent's certificate could not be renewed", error));
		}, RENEWAL_MILLISECONDS);
		if (await hasRecordings(config.workDir)) {
			await this.agent().catch((error) =>
				this.#onFailure("what an earlier agent left is not uploaded", error),
			);
		}
	}

	agent(): Promise<Agent> {
		this.#agent ??= this.#load().catch((error) => {
			this.#agent = undefined;
			throw error;
		});
		return this.#agent;
	}

	onNewRoots(): void {
		this.#options.log.info("newer roots are trusted from now on");
		this.#retrust();
	}

	async close(): Promise<void> {
		this.#stop.abort();
		clearInterval(this.#renewal);
		const agent = await this.#agent?.catch(() => undefined);
		await agent?.close();
		await this.#registration?.close();
		this.#servers.close();
		this.listener.close();
		this.listener.closeAllConnections();
	}

	async #load(): Promise<Agent> {
		const { startRecordingAgent } = await import("./recording-agent.ts");
		const { config, version, log } = this.#options;
		return startRecordingAgent({ config, version, log, servers: this.#servers });
	}

	async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		try {
			const { app } = await this.agent();
			app.routing(request, response);
		} catch (error) {
			this.#options.log.error({ err: error }, "a request could not be answered");
			const { sendUnusable } = await import("./http/unusable.ts");
			sendUnusable(response, error);
		}
	}

	#announcement() {
		const { version } = this.#options;
		return { version, instance: this.#instance, serves: "pod" as const, certificate: this.#own.cert };
	}

	#learn(server: string, bundle: string | undefined): void {
		if (bundle === undefined) return;
		this.#roots
			.learn(server, bundle)
			.catch((error) => this.#onFailure("the servers' new roots are not taken", error));
	}

	#retrust(): void {
		replaceTrust(this.listener, { own: this.#own, roots: this.#roots.bundle });
	}

	async #renew(): Promise<void> {
		this.#own = await this.#options.generateCertificate(this.#options.config.pod);
		this.#retrust();
		this.#registration?.again();
	}
}

/** Did an earlier agent of this pod leave any? */
async function hasRecordings(workDir: string): Promise<boolean> {
	const entries = await readdir(workDir, { withFileTypes: true }).catch(() => []);
	return entries.some((entry) => entry.isDirectory());
}
