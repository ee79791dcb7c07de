import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FastifyInstance } from "fastify";
import { ProblemError } from "../../../contract/problem.ts";
import type { Recording } from "../../../contract/recording.ts";
import { skipMessage } from "../../../contract/skip-reason.ts";
import { sampleRecording } from "../../../contract/testing/sample-recording.ts";
import type { Access, AgentTrust, PodEntry, Verb } from "../../../server/adapters.ts";
import { buildServer } from "../../../server/app.ts";
import { openArchive } from "../../../server/archive/archive.ts";
import { sampleProfile } from "../../../server/testing/sample-profile.ts";
import { startStandInAgent } from "./agent.ts";

/** Another build of the page may be tried without disturbing this one. */
const WEB_ROOT = process.env.FURNACE_WEB_ROOT ?? fileURLToPath(new URL("../../../ui/dist", import.meta.url));

const SIDECAR = { route: "sidecar", available: true, reason: "Its sidecar runs." } as const;
const LATER = { route: "agent-pod", available: false, reason: "This version cannot do that yet." } as const;

/** One pod in each state that a page must have words for. */
export const PODS = {
	ready: "cart-7d9f8b6c5d-x2x4z",
	skipped: "billing-58b7c8f6d9-9xk2p",
	lost: "search-0",
	stale: "mail-6c5d7d9f8b-4zx2x",
	absent: "stock-5d7d9f8b6c-b2c4d",
} as const;

function entry(name: string, changes: Partial<PodEntry> = {}): PodEntry {
	const routes = [SIDECAR, LATER];
	return { name, uid: name, agentKey: name, agentPath: "", skip: null, routes, ...changes };
}

const SHOP: PodEntry[] = [
	entry(PODS.ready, { description: "Deployment cart, Running" }),
	entry(PODS.skipped, {
		description: "Deployment billing, Running",
		agentKey: null,
		skip: { code: "missed", message: skipMessage("missed") },
		routes: [{ route: "sidecar", available: false, reason: skipMessage("missed") }, LATER],
	}),
	entry(PODS.lost, { description: "StatefulSet search, Running" }),
	entry(PODS.stale, { description: "Deployment mail, Running", staleTrust: true }),
	entry(PODS.absent, { description: "Deployment stock, Running" }),
];

const MANY: PodEntry[] = Array.from({ length: 1000 }, (_, index) => entry(`worker-${index}`));

/** What somebody may do, by namespace. */
export type Rights = Record<string, readonly Verb[]>;

export interface GuardedServer {
	url: string;
	/** makes a token for somebody with these rights; two tokens may belong to the same name */
	issue(token: string, name: string, rights: Rights): void;
	revoke(token: string): void;
	/**
	 * Puts a finished recording into the archive.
	 * @param weights see `sampleProfile`
	 */
	archive(changes: Partial<Recording>, weights?: Record<string, number>): Promise<void>;
	/** `Authorization` of every request to the API so far; undefined: none */
	authorizations: (string | undefined)[];
	/** addresses of all requests so far */
	addresses: string[];
	stop(): Promise<void>;
}

/** The cluster's server but for its neighbours: tokens, rights, pods and the agent are the test's. */
export async function startGuardedServer(): Promise<GuardedServer> {
	const directory = await mkdtemp(join(tmpdir(), "furnace-login-"));
	const socketPath = join(directory, "agent.sock");
	const people = new Map<string, { name: string; rights: Rights }>();
	const clock = { now: 0 };
	const app = await buildServer({
		access: accessOf(people),
		pods: {
			namespaces: async () => ["shop", "many"],
			pods: async (namespace) => ({ shop: SHOP, many: MANY })[namespace] ?? null,
			pod: async (namespace, name) =>
				(namespace === "shop" && SHOP.find((candidate) => candidate.name === name)) || null,
		},
		trust: trustOf(socketPath),
		archive: await openArchive({ directory: join(directory, "archive") }),
		webRoot: WEB_ROOT,
		version: "0.0.0-test",
		clock: () => clock.now,
	});
	const addresses: string[] = [];
	const authorizations: (string | undefined)[] = [];
	app.addHook("onRequest", async ({ url, headers }) => {
		addresses.push(url);
		if (url.startsWith("/api/")) authorizations.push(headers.authorization);
	});
	const agent = await startStandInAgent(socketPath, PODS.ready);
	await register(app, PODS.lost);
	clock.now += 40_000;
	await register(app, PODS.ready);
	const url = await app.listen({ host: "127.0.0.1", port: 0 });
	return {
		url,
		addresses,
		authorizations,
		issue: (token, name, rights) => void people.set(token, { name, rights }),
		revoke: (token) => void people.delete(token),
		archive: (changes, weights) => upload(app, changes, weights),
		async stop() {
			await app.close();
			await agent.close();
			await rm(directory, { recursive: true, force: true });
		},
	};
}

function accessOf(people: ReadonlyMap<string, { name: string; rights: Rights }>): Access {
	const rightsOf = (name: string) =>
		[...people.values()].find((person) => person.name === name)?.rights ?? {};
	return {
		admit() {},
		async authenticate({ headers }) {
			const token = /^Bearer (\S+)$/.exec(headers.authorization ?? "")?.[1];
			const person = people.get(token ?? "");
			if (person === undefined) throw new ProblemError("unauthenticated");
			return { name: person.name };
		},
		allows: async ({ name }, verb, namespace) =>
			namespace !== undefined && (rightsOf(name)[namespace]?.includes(verb) ?? false),
	};
}

function trustOf(socketPath: string): AgentTrust {
	return {
		review: async (token) => ({ key: token, namespace: "shop", pod: token }),
		addressOf: async () => ({ socketPath }),
	};
}

async function register(app: FastifyInstance, pod: string): Promise<void> {
	await app.inject({
		method: "POST",
		url: "/register",
		headers: { authorization: `Bearer ${pod}` },
		payload: { protocol: 1, version: "0.0.0-test", instance: "one", serves: "pod" },
	});
}

async function upload(
	app: FastifyInstance,
	changes: Partial<Recording>,
	weights?: Record<string, number>,
): Promise<void> {
	const target = { namespace: "shop", pod: PODS.ready };
	const recording = sampleRecording({ target, ...changes });
	const { statusCode, body } = await app.inject({
		method: "PUT",
		url: `/agent/v1/recordings/${recording.id}`,
		headers: { authorization: `Bearer ${PODS.ready}`, "content-type": "application/octet-stream" },
		payload: sampleProfile(recording, weights),
	});
	if (statusCode !== 204) throw new Error(`the upload was answered ${statusCode}: ${body}`);
}
