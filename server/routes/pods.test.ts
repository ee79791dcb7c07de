import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import type { PodList } from "../../contract/pod.ts";
import type { Access, PodEntry } from "../adapters.ts";
import { AGENT_TOKEN, DEMO_POD, startServer } from "../testing/start-server.ts";

const NAMES = Array.from({ length: 100 }, (_, index) => `team-${index}`);

/** A server for somebody with the given rights. @returns also which questions were asked */
async function startFor(t: TestContext, allows: (namespace: string | undefined) => boolean) {
	const asked: (string | undefined)[] = [];
	const access: Access = {
		admit() {},
		authenticate: async () => ({ name: "anna" }),
		allows: async (_caller, _verb, namespace) => {
			asked.push(namespace);
			return allows(namespace);
		},
	};
	const pods = { namespaces: async () => NAMES, pods: async () => [], pod: async () => null };
	const { send } = await startServer(t, { access, pods });
	const { json } = await send("/api/v1/namespaces");
	return { asked, names: (json as { items: { name: string }[] }).items.map(({ name }) => name) };
}

describe("the namespaces that somebody sees", () => {
	test("are all of them for who may see everything, by one question", async (t) => {
		const { asked, names } = await startFor(t, () => true);
		assert.deepEqual(names, NAMES);
		assert.deepEqual(asked, [undefined]);
	});

	test("are those of the right, for anybody else", async (t) => {
		const { asked, names } = await startFor(
			t,
			(namespace) => namespace === "team-7" || namespace === "team-99",
		);
		assert.deepEqual(names, ["team-7", "team-99"]);
		assert.equal(asked.length, 101);
	});
});

describe("the state of a pod's agent", () => {
	async function stateOf(t: TestContext, pod: PodEntry, register: boolean): Promise<unknown> {
		const pods = { namespaces: async () => ["local"], pods: async () => [pod], pod: async () => pod };
		const trust = {
			review: async (token: string) => (token === AGENT_TOKEN ? { key: "agent-1" } : null),
			addressOf: async () => null,
		};
		const server = await startServer(t, { pods, trust });
		if (register) await server.register();
		const { json } = await server.send("/api/v1/namespaces/local/pods");
		return (json as { items: { agent: { state: string } }[] }).items[0]?.agent.state;
	}

	test("is stale-trust where it was given roots that nobody uses any more, unless it works all the same", async (t) => {
		const stale = { ...DEMO_POD, staleTrust: true };
		assert.equal(await stateOf(t, DEMO_POD, false), "absent");
		assert.equal(await stateOf(t, stale, false), "stale-trust");
		assert.equal(await stateOf(t, stale, true), "ready");
	});
});

describe("the pods that somebody sees", () => {
	for (const may of [true, false]) {
		test(`say ${may ? "nothing of rights to who may record" : "which right to record is missing"}`, async (t) => {
			const access: Access = {
				admit() {},
				authenticate: async () => ({ name: "anna" }),
				allows: async (_caller, verb) => verb === "list" || may,
			};
			const { send } = await startServer(t, { access });
			const { items, missingRight } = (await send("/api/v1/namespaces/local/pods")).json as PodList;
			assert.equal(items.length, 1);
			const right = {
				user: "anna",
				verb: "create",
				resource: "recordings.furnace.hyperfoil.io",
				namespace: "local",
			};
			assert.deepEqual(missingRight, may ? undefined : right);
		});
	}
});
