import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { agentRoutes } from "../../../contract/agent-routes.ts";
import { fillPath } from "../../../contract/client.ts";
import type { Recording } from "../../../contract/recording.ts";
import type { Route } from "../../../contract/route.ts";
import { PROXY_PREFIX, serverRoutes } from "../../../contract/server-routes.ts";
import { type Shell, whySkipped } from "../../cluster/shell.ts";
import { eventually } from "../../e2e/furnace.ts";
import { openInstallation } from "../installation.ts";
import { makeNamespace, type TestNamespace } from "../namespaces.ts";
import { makePerson, type Person } from "../people.ts";
import { runningPod } from "../pods.ts";
import { ASKING, apply, busyContainer, deployment, podSpec } from "../workloads.ts";
import { type Door, openDoor } from "./door.ts";

/** Who calls: nobody at all, and people with a ServiceAccount whose role in the namespace is that. */
const CALLERS = ["nobody", "none", "view", "edit"] as const;
type Caller = (typeof CALLERS)[number];

/** What each route answers to whom. A route that is not here fails the test: each needs a decision. */
const LOOK = { nobody: 401, none: 403, view: 200, edit: 200 };
const HIDDEN = { nobody: 401, none: 404, view: 200, edit: 200 };
/** Everybody may ask, and is told of no more than they may see. */
const FILTERED = { nobody: 401, none: 200, view: 200, edit: 200 };
const RECORD = (success: number) => ({ nobody: 401, none: 403, view: 403, edit: success });
/** A person's token is no agent's. */
const AGENTS = { nobody: 401, none: 401, view: 401, edit: 401 };

const SERVER: Record<keyof typeof serverRoutes, Record<Caller, number>> = {
	register: AGENTS,
	uploadOffset: AGENTS,
	upload: AGENTS,
	listNamespaces: FILTERED,
	listPods: LOOK,
	listRecordings: FILTERED,
	getRecording: HIDDEN,
	getProfile: HIDDEN,
	diff: HIDDEN,
	deleteRecording: { nobody: 401, none: 404, view: 403, edit: 204 },
};
const AGENT: Record<keyof typeof agentRoutes, Record<Caller, number>> = {
	listTargets: LOOK,
	startRecording: RECORD(201),
	listRecordings: LOOK,
	getRecording: LOOK,
	watchRecording: LOOK,
	getProfile: LOOK,
	stopRecording: RECORD(202),
	deleteRecording: RECORD(204),
};

/** Addresses of the server itself, which tell nothing of a namespace. */
const OPEN = /^\/(healthz|readyz|metrics|openapi\.json|docs.*|peer\/.*|)$/;

describe("who may do what, by the roles that Kubernetes has already", {
	skip: await whySkipped(),
	timeout: 600_000,
}, () => {
	let shell: Shell;
	let door: Door;
	let namespace: TestNamespace;
	let pod: string;
	const people: Partial<Record<Caller, Person>> = {};

	before(async () => {
		shell = await openInstallation();
		door = await openDoor(shell);
		namespace = await makeNamespace(shell, "rights");
		const asked = deployment(namespace.name, "target", ASKING.label, podSpec(busyContainer));
		await apply(shell, asked);
		people.none = await makePerson(shell, namespace.name, "none");
		people.view = await makePerson(shell, namespace.name, "viewer", "view");
		people.edit = await makePerson(shell, namespace.name, "editor", "edit");
		pod = (await runningPod(shell, namespace.name, "app=target")).metadata.name;
		await eventually("its agent is ready", async () => {
			const params = { namespace: namespace.name };
			const { items } = await door.as(people.edit?.token).call(serverRoutes.listPods, { params });
			return items.some(({ name, agent }) => name === pod && agent.state === "ready");
		});
	});
	after(async () => {
		await door?.close();
		await namespace?.remove();
	});

	/** @returns the status and the body, as far as it is JSON; the body of a stream is not waited for */
	async function call(caller: Caller, route: Route, id: string) {
		const params = { namespace: namespace.name, pod, id };
		const isOfAgent = Object.values<Route>(agentRoutes).includes(route);
		const token = people[caller]?.token;
		const body = route === agentRoutes.startRecording ? { profiler: "perf" } : undefined;
		const path = fillPath((isOfAgent ? PROXY_PREFIX : "") + route.path, params);
		const query = route === serverRoutes.diff ? `?base=${id}&comparison=${id}` : "";
		const response = await door.send(path + query, {
			method: route.method,
			headers: {
				...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
				...(body === undefined ? {} : { "content-type": "application/json" }),
			},
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		});
		const isJson = route.method !== "HEAD" && response.headers.get("content-type")?.includes("json") === true;
		const json = isJson ? await response.json() : undefined;
		if (!isJson) await response.body?.cancel();
		return { status: response.status, json };
	}

	async function start(): Promise<string> {
		const body = { profiler: "perf" } as const;
		const agent = door.agent(people.edit?.token as string, namespace.name, pod);
		const { id } = await agent.call(agentRoutes.startRecording, { body });
		await eventually("samples", async () => {
			const { samples } = await agent.call(agentRoutes.getRecording, { params: { id } });
			return samples > 0;
		});
		return id;
	}

	async function stop(id: string): Promise<void> {
		const agent = door.agent(people.edit?.token as string, namespace.name, pod);
		await agent.call(agentRoutes.stopRecording, { params: { id } });
		await eventually("the recording in the archive", () =>
			door.as(people.edit?.token).call(serverRoutes.getRecording, { params: { id } }),
		);
	}

	test("every documented address of the API is in the tables", async () => {
		const document = (await (await door.send("/openapi.json")).json()) as { paths: Record<string, object> };
		const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
			Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
		);
		const known = [
			...Object.values<Route>(serverRoutes).map(({ method, path }) => `${method} ${path}`),
			...Object.values<Route>(agentRoutes).map(({ method, path }) => `${method} ${PROXY_PREFIX}${path}`),
		].map((line) => line.replace(/:([a-zA-Z]+)/g, "{$1}"));
		const unknown = documented.filter(
			(line) => !known.includes(line) && !OPEN.test(line.slice(line.indexOf(" ") + 1)),
		);
		assert.deepEqual(unknown, []);
	});

	for (const caller of CALLERS) {
		test(`${caller}: every route of the agent`, async () => {
			const id = await start();
			const changes: Route[] = [agentRoutes.stopRecording, agentRoutes.deleteRecording];
			for (const [name, route] of Object.entries<Route>(agentRoutes)) {
				if (changes.includes(route)) continue;
				const { status } = await call(caller, route, id);
				assert.equal(status, AGENT[name as keyof typeof AGENT][caller], `${caller}: ${name}`);
			}
			assert.equal((await call(caller, agentRoutes.stopRecording, id)).status, AGENT.stopRecording[caller]);
			if (AGENT.stopRecording[caller] >= 300) await stop(id);
			await ended(id);
			const { status } = await call(caller, agentRoutes.deleteRecording, id);
			assert.equal(status, AGENT.deleteRecording[caller], `${caller}: deleteRecording`);
		});

		test(`${caller}: every other route`, async () => {
			const id = await start();
			await stop(id);
			for (const [name, route] of Object.entries<Route>(serverRoutes)) {
				if (route === serverRoutes.deleteRecording) continue;
				const { status } = await call(caller, route, id);
				assert.equal(status, SERVER[name as keyof typeof SERVER][caller], `${caller}: ${name}`);
			}
			const { status } = await call(caller, serverRoutes.deleteRecording, id);
			assert.equal(status, SERVER.deleteRecording[caller], `${caller}: deleteRecording`);
		});
	}

	test("lists hold nothing of a namespace that the caller may not see", async () => {
		const id = await start();
		await stop(id);
		const namesOf = async (caller: Caller) => {
			const { items } = (await call(caller, serverRoutes.listNamespaces, id)).json as {
				items: { name: string }[];
			};
			return items.map(({ name }) => name);
		};
		const recordingsOf = async (caller: Caller) => {
			const { items } = (await call(caller, serverRoutes.listRecordings, id)).json as { items: Recording[] };
			return items.map((recording) => recording.id);
		};
		assert.deepEqual([await namesOf("none"), await recordingsOf("none")], [[], []]);
		for (const caller of ["view", "edit"] as const) {
			assert.deepEqual(await namesOf(caller), [namespace.name]);
			assert.ok((await recordingsOf(caller)).includes(id));
		}
	});

	async function ended(id: string): Promise<void> {
		await eventually("the end of the recording", async () => {
			const agent = door.agent(people.edit?.token as string, namespace.name, pod);
			const { state } = await agent.call(agentRoutes.getRecording, { params: { id } });
			return state === "finished";
		});
	}
});
