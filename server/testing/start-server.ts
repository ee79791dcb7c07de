import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { FastifyInstance } from "fastify";
import { loopbackAccess } from "../access/loopback.ts";
import type { PodEntry } from "../adapters.ts";
import { buildServer, type ServerOptions } from "../app.ts";
import { type Archive, openArchive } from "../archive/archive.ts";
import { type Answer, type Message, send } from "./send.ts";

export interface TestServer {
	app: FastifyInstance;
	origin: string;
	directory: string;
	archive: Archive;
	/** where the agent `agent-1` is looked for */
	agentSocket: string;
	send(path: string, message?: Message): Promise<Answer>;
	/** makes `agent-1` known */
	register(): Promise<Answer>;
	close(): Promise<void>;
}

export const AGENT_TOKEN = "the-agents-token";

export const DEMO_POD: PodEntry = {
	name: "demo-1",
	uid: "1-100",
	agentKey: "agent-1",
	agentPath: "/pods/demo-1",
	skip: null,
	routes: [{ route: "embedded", available: true, reason: "It runs on this machine." }],
};

/** A real server on a port of its own, with one namespace `local`, one pod and one agent that may register. */
export async function startServer(t: TestContext, changes: Partial<ServerOptions> = {}): Promise<TestServer> {
	const directory = await mkdtemp(join(tmpdir(), "furnace-server-"));
	const agentSocket = join(directory, "agent.sock");
	const archive = changes.archive ?? (await openArchive({ directory: join(directory, "archive") }));
	const app = await buildServer({
		access: loopbackAccess(),
		pods: {
			namespaces: async () => ["local"],
			pods: async (namespace) => (namespace === "local" ? [DEMO_POD] : null),
			pod: async (namespace, name) => (namespace === "local" && name === DEMO_POD.name ? DEMO_POD : null),
		},
		trust: {
			review: async (token) => (token === AGENT_TOKEN ? { key: "agent-1", namespace: "local" } : null),
			addressOf: async () => ({ socketPath: agentSocket }),
		},
		archive,
		webRoot: join(directory, "web"),
		version: "0.0.0-test",
		...changes,
	});
	const origin = await app.listen({ host: "127.0.0.1", port: 0 });
	const close = async (): Promise<void> => {
		await app.close();
		await rm(directory, { recursive: true, force: true });
	};
	t.after(close);
	return {
		app,
		origin,
		directory,
		archive,
		agentSocket,
		close,
		send: (path, message) => send(origin, path, message),
		register: () => send(origin, "/register", registration()),
	};
}

function registration(): Message {
	return {
		method: "POST",
		headers: { authorization: `Bearer ${AGENT_TOKEN}`, "content-type": "application/json" },
		body: JSON.stringify({ protocol: 1, version: "0.0.0-test", instance: "one", serves: "node" }),
	};
}
