import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { LOCAL_NAMESPACE } from "../contract/names.ts";
import type { PodList } from "../contract/pod.ts";
import { loopbackAccess } from "../server/access/loopback.ts";
import { buildServer } from "../server/app.ts";
import { openArchive } from "../server/archive/archive.ts";
import { createLocalPods } from "../sidecar/targets/local-pods.ts";
import { embeddedTrust, localPodSource } from "./adapters.ts";
import { buildLocalAdmission } from "./admission.ts";
import type { AgentOrder } from "./agent-order.ts";
import { type Child, type ChildOptions, superviseChild } from "./child.ts";
import type { EmbeddedConfig } from "./config.ts";
import { claimInstance, type Instance } from "./instance.ts";
import { HOST, listen } from "./listen.ts";
import { openLog } from "./log.ts";
import { launcherPids } from "./own-processes.ts";
import { version } from "./version.ts";

/** The agent ends its recordings and uploads them before it goes. */
const AGENT_GRACE_MS = 25_000;
const DEMO_GRACE_MS = 2000;
/** After this long the page is announced even without its agent: the page says what is wrong with it. */
const AGENT_READY_MS = 10_000;

/** The demo's functions must keep their names: no optimising compiler may inline them (V8 does within a minute). */
const DEMO_ARGUMENTS = ["--perf-basic-prof", "--no-turbo-inlining", "--no-maglev"];

export interface Embedded {
	readonly url: string;
	/** Ends agent, demo and server, in this order; recordings in progress are finished and kept. */
	close(): Promise<void>;
}

/** What the parts of one running Furnace share. */
interface Parts {
	readonly config: EmbeddedConfig;
	readonly url: string;
	readonly instance: Instance;
	readonly log: Logger;
	/** the agent's proof of who it is, new at each start */
	readonly token: string;
	readonly socketPath: string;
	/** processes that only run Furnace, and are no targets */
	readonly ownPids: readonly number[];
	/** called in the reverse order */
	readonly closers: (() => Promise<unknown>)[];
}

/**
 * Starts server, agent and demo and resolves when a recording can be started.
 * @throws AlreadyRunningError, StateFolderError, PortInUseError; nothing is left running then
 */
export async function startEmbedded(config: EmbeddedConfig): Promise<Embedded> {
	const url = `http://${HOST}:${config.port}`;
	const instance = await claimInstance(config.stateDir, url);
	const closers = [async () => instance.release()];
	const close = async () => {
		for (const closer of closers.splice(0).reverse()) await closer();
	};
	try {
		const log = openLog(config.stateDir);
		const token = randomBytes(32).toString("base64url");
		const socketPath = join(instance.runtimeDir, "agent.sock");
		const ownPids = [process.pid, ...launcherPids()];
		await startParts({ config, url, instance, log, token, socketPath, ownPids, closers });
		return { url, close };
	} catch (error) {
		await close();
		throw error;
	}
}

async function startParts(parts: Parts): Promise<void> {
	const { config, log, closers } = parts;
	let agent: Child | undefined;
	const server = await serverOf(parts, () => agent?.pid);
	closers.push(() => server.close());
	await listen(server, config.port, "--port");
	if (config.admissionPort !== 0) {
		const admission = await buildLocalAdmission(config, log);
		closers.push(() => admission.close());
		await listen(admission, config.admissionPort, "--admission-port (0: none)");
	}
	// The demo before the agent: what is started last ends first, and a recording of the demo ends before the demo does.
	if (config.demo) supervise(parts, "demo/main", { graceMs: DEMO_GRACE_MS, execArgv: DEMO_ARGUMENTS });
	agent = supervise(parts, "agent", { graceMs: AGENT_GRACE_MS, message: orderFor(parts) });
	await agentReady(server);
}

async function serverOf(parts: Parts, agentPid: () => number | undefined): Promise<FastifyInstance> {
	const { config, log, token, socketPath, ownPids } = parts;
	const pods = createLocalPods({
		namespace: LOCAL_NAMESPACE,
		ownPids: () => {
			const agent = agentPid();
			return agent === undefined ? ownPids : [...ownPids, agent];
		},
	});
	return buildServer({
		access: loopbackAccess(),
		pods: localPodSource(pods),
		trust: embeddedTrust(token, socketPath),
		archive: await openArchive({ directory: join(config.stateDir, "archive"), logger: log }),
		webRoot: config.webRoot,
		version,
		logger: log,
	});
}

function supervise(
	{ instance, log, closers }: Parts,
	name: string,
	options: Pick<ChildOptions, "graceMs" | "execArgv" | "message">,
): Child {
	const program = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
	// V8 leaves a log where a program with a perf map runs: let that be a folder that goes with us.
	const child = superviseChild({ ...options, name, program, cwd: instance.runtimeDir, instance, log });
	closers.push(() => child.close());
	return child;
}

function orderFor({ config, url, socketPath, token, ownPids }: Parts): AgentOrder {
	const { stateDir, maxDurationSeconds, debuginfodUrls } = config;
	return {
		serverUrl: url,
		socketPath,
		stateDir,
		token,
		version,
		maxDurationSeconds,
		ownPids: [...ownPids],
		debuginfodUrls: [...debuginfodUrls],
	};
}

/** Resolves when the server lists pods with a ready agent, or after AGENT_READY_MS. */
async function agentReady(server: FastifyInstance): Promise<void> {
	const deadline = Date.now() + AGENT_READY_MS;
	while (Date.now() < deadline) {
		const response = await server.inject({
			url: `/api/v1/namespaces/${LOCAL_NAMESPACE}/pods`,
			headers: { host: "localhost" },
		});
		const { items = [] } = response.json<Partial<PodList>>();
		if (items.some(({ agent }) => agent.state === "ready")) return;
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}
