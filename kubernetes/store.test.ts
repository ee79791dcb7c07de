import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { connectCluster } from "./connect.ts";
import { KINDS } from "./kinds.ts";
import type { KubernetesObject } from "./objects.ts";
import { type Store, type StoreOptions, watchObjects } from "./store.ts";
import { FakeApiServer, refuse } from "./testing/fake-api-server.ts";

const PODS = "/api/v1/namespaces/shop/pods";
const SHOP = { namespace: "shop" };

interface PodObject extends KubernetesObject {
	readonly value?: string;
}

interface Started {
	api: FakeApiServer;
	store: Store<string>;
	/** what was told, and what was logged */
	told: string[];
	logged: string[];
}

async function start(
	t: TestContext,
	{
		before = () => {},
		...options
	}: { before?: (api: FakeApiServer) => void } & Partial<StoreOptions<PodObject, string>> = {},
): Promise<Started> {
	const api = await new FakeApiServer().start();
	before(api);
	const connection = connectCluster({ kubeconfig: api.kubeconfig });
	const told: string[] = [];
	const logged: string[] = [];
	const note = (_details: object, message: string) => logged.push(message);
	const store = watchObjects<PodObject, string>(connection, KINDS.pod, {
		...SHOP,
		project: ({ value }) => value ?? "",
		onChange: ({ type, name }) => told.push(`${type} ${name}`),
		log: { debug: note, info: note, warn: note, error: note } as never,
		...options,
	});
	t.after(async () => {
		store.close();
		await connection.close();
		await api.close();
	});
	return { api, store, told, logged };
}

async function until(what: string, holds: () => boolean): Promise<void> {
	for (let tries = 0; tries < 1000; tries++) {
		if (holds()) return;
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
	assert.fail(`it never came about that ${what}`);
}

function isList({ query, method }: { query: URLSearchParams; method: string }): boolean {
	return method === "GET" && !query.has("watch");
}

describe("a store", () => {
	test("lists page by page, then follows what changes", async (t) => {
		const { api, store, told } = await start(t, {
			before: (api) => {
				for (let pod = 0; pod < 600; pod++) api.put(PODS, { metadata: { name: `pod-${pod}` }, value: "old" });
			},
		});
		assert.deepEqual([store.isSynced(), store.staleSeconds()], [false, Number.POSITIVE_INFINITY]);
		await store.synced;
		assert.deepEqual([store.list().length, told.length, store.isSynced()], [600, 600, true]);
		assert.equal(api.seen.filter(isList).length, 2);
		await until("it watches", () => api.watches === 1);
		api.put(PODS, { metadata: { name: "pod-7" }, value: "new" });
		api.put(PODS, { metadata: { name: "another" } });
		api.remove(PODS, "pod-9");
		await until("it was told", () => told.length === 603);
		assert.deepEqual(told.slice(600), ["changed pod-7", "added another", "removed pod-9"]);
		assert.equal(store.get("pod-7", "shop"), undefined, "the fake's objects name no namespace");
		assert.equal(store.get("pod-7"), "new");
		assert.ok(store.staleSeconds() < 30);
	});

	test("goes on where it stopped when a watch ends, cleanly or not", async (t) => {
		const { api, store, told, logged } = await start(t);
		await until("it watches", () => api.watches === 1);
		for (const how of ["clean", "abrupt"] as const) {
			api.endWatches(how);
			await until("the watch has ended", () => api.watches === 0);
			api.put(PODS, { metadata: { name: how } });
			await until("it was told", () => told.includes(`added ${how}`));
		}
		assert.equal(api.seen.filter(isList).length, 1);
		assert.deepEqual(logged, ["watching the cluster was interrupted"]);
		assert.equal(store.list().length, 2);
	});

	test("asks for bookmarks, and goes on from them", async (t) => {
		const { api } = await start(t);
		await until("it watches", () => api.watches === 1);
		const bookmark = { type: "BOOKMARK", object: { kind: "Pod", metadata: { resourceVersion: "4711" } } };
		api.sendLine(JSON.stringify(bookmark));
		api.endWatches("clean");
		await until("it watches again", () => api.seen.filter((seen) => !isList(seen)).length === 2);
		const last = api.seen.at(-1)?.query;
		assert.deepEqual(
			[last?.get("resourceVersion"), last?.get("allowWatchBookmarks"), last?.has("timeoutSeconds")],
			["4711", "true", true],
		);
	});

	test("lists again when what it knows is too old, and finds what it missed", async (t) => {
		const { api, store, told } = await start(t, {
			before: (api) => {
				api.put(PODS, { metadata: { name: "goes" } });
				api.put(PODS, { metadata: { name: "stays" } });
			},
		});
		await until("it watches", () => api.watches === 1);
		api.endWatches("abrupt");
		await until("the watch has ended", () => api.watches === 0);
		api.remove(PODS, "goes");
		api.put(PODS, { metadata: { name: "comes" } });
		api.oldest = api.version;
		await until("it has listed again", () => api.seen.filter(isList).length === 2);
		await until("it was told", () => told.length === 4);
		assert.deepEqual(told, ["added goes", "added stays", "removed goes", "added comes"]);
		assert.equal(store.list().length, 2);
	});

	test("lists again when an event cannot be read", async (t) => {
		const { api, store } = await start(t);
		await until("it watches", () => api.watches === 1);
		api.sendLine("{ not JSON");
		await until("it has listed again", () => api.seen.filter(isList).length === 2);
		assert.ok(store.isSynced());
	});

	test("keeps what it has while the API server refuses, and tries again", async (t) => {
		let refusals = 2;
		const { api, store, logged } = await start(t, {
			before: (api) => {
				api.put(PODS, { metadata: { name: "a" }, value: "kept" });
				api.intercept = (_, response) => {
					if (refusals-- <= 0) return undefined;
					refuse(response, 403, "Forbidden");
					return "answered";
				};
			},
		});
		await store.synced;
		assert.equal(logged.length, 2);
		await until("it watches", () => api.watches === 1);
		refusals = Number.POSITIVE_INFINITY;
		api.endWatches("abrupt");
		await until("it has tried", () => logged.length === 4);
		assert.deepEqual([store.get("a"), store.isSynced()], ["kept", true]);
	});

	test("a list that breaks off between two pages changes nothing", async (t) => {
		let listed = 0;
		const { store, told } = await start(t, {
			before: (api) => {
				for (let pod = 0; pod < 600; pod++) api.put(PODS, { metadata: { name: `pod-${pod}` } });
				api.intercept = ({ query }, response) => {
					if (!query.has("continue") || listed++ > 0) return undefined;
					assert.deepEqual(told, []);
					refuse(response, 410, "Expired");
					return "answered";
				};
			},
		});
		await store.synced;
		assert.deepEqual([store.list().length, told.length, listed], [600, 600, 2]);
	});

	test("never lists more than once a second, however it is treated", async (t) => {
		const times: number[] = [];
		const { api } = await start(t, {
			before: (api) => {
				api.intercept = (seen) => {
					if (isList(seen)) times.push(performance.now());
					return undefined;
				};
				api.oldest = Number.POSITIVE_INFINITY;
			},
		});
		await until("it has listed three times", () => times.length >= 3);
		const gaps = times.slice(1).map((time, at) => time - (times[at] ?? 0));
		assert.ok(
			gaps.every((gap) => gap > 950),
			`${gaps} ms apart`,
		);
		assert.equal(api.watches, 0);
	});

	test("survives handlers that throw or reject, and objects it cannot project", async (t) => {
		const { api, store, logged } = await start(t, {
			before: (api) => {
				api.put(PODS, { metadata: { name: "broken" }, value: "broken" });
				api.put(PODS, { metadata: { name: "whole" }, value: "whole" });
			},
			project: ({ value }) => {
				if (value === "broken") throw new Error("cannot");
				return value ?? "";
			},
			onChange: (async ({ name }: { name: string }) => {
				if (name === "late") throw new Error("rejected");
			}) as never,
		});
		await store.synced;
		await until("it watches", () => api.watches === 1);
		api.put(PODS, { metadata: { name: "late" }, value: "late" });
		await until("it was logged", () => logged.length === 2);
		assert.deepEqual(store.list(), ["whole", "late"]);
	});

	test("a handler that throws is logged, and the next is told all the same", async (t) => {
		const { api, store, logged } = await start(t, {
			onChange: () => {
				throw new Error("thrown");
			},
		});
		await until("it watches", () => api.watches === 1);
		api.put(PODS, { metadata: { name: "a" } });
		api.put(PODS, { metadata: { name: "b" } });
		await until("both are there", () => store.list().length === 2);
		assert.equal(logged.length, 2);
	});

	test("tells nothing any more once it is closed, and lets the watch go", async (t) => {
		const { api, store, told } = await start(t);
		await until("it watches", () => api.watches === 1);
		store.close();
		await until("the watch is gone", () => api.watches === 0);
		api.put(PODS, { metadata: { name: "a" } });
		assert.deepEqual([told, store.list()], [[], []]);
	});
});
