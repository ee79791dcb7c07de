import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { connectCluster } from "./connect.ts";
import { KINDS } from "./kinds.ts";
import { FakeApiServer, json, refuse } from "./testing/fake-api-server.ts";

const PODS = "/api/v1/namespaces/shop/pods";

async function start(t: TestContext) {
	const api = await new FakeApiServer().start();
	const connection = connectCluster({ kubeconfig: api.kubeconfig });
	t.after(async () => {
		await connection.close();
		await api.close();
	});
	return { api, connection };
}

describe("a connection", () => {
	test("knows its server and namespace, and shows its token", async (t) => {
		const { api, connection } = await start(t);
		assert.equal(connection.server, `http://127.0.0.1:${api.port}`);
		assert.equal(connection.namespace, "home");
		assert.equal(await connection.get(KINDS.pod, "none", "shop"), null);
		assert.equal(api.seen[0]?.headers.authorization, "Bearer secret-token");
	});

	test("uses its TCP connections again", async (t) => {
		const { api, connection } = await start(t);
		for (let call = 0; call < 20; call++) await connection.get(KINDS.pod, "none", "shop");
		// two: an answer is read before its connection counts as free
		assert.ok(new Set(api.seen.map(({ remotePort }) => remotePort)).size <= 2);
	});

	test("lists page by page, with the selectors", async (t) => {
		const { api, connection } = await start(t);
		for (let pod = 0; pod < 1100; pod++) api.put(PODS, { metadata: { name: `pod-${pod}` } });
		const pods = await connection.list(KINDS.pod, { namespace: "shop", labelSelector: "a=b" });
		assert.equal(new Set(pods.map(({ metadata }) => metadata.name)).size, 1100);
		assert.deepEqual(
			api.seen.map(({ query }) => [query.get("limit"), query.get("continue"), query.get("labelSelector")]),
			[
				["500", null, "a=b"],
				["500", "500", "a=b"],
				["500", "1000", "a=b"],
			],
		);
	});

	test("applies by force under the field manager, and to status alone", async (t) => {
		const { api, connection } = await start(t);
		api.intercept = (_, response) => {
			json(response, 200, {});
			return "answered";
		};
		const object = { metadata: { name: "web", namespace: "shop" }, spec: { replicas: 2 } };
		await connection.apply(KINDS.deployment, object, { fieldManager: "furnace" });
		await connection.apply(KINDS.deployment, object, { fieldManager: "furnace", subresource: "status" });
		const [first, second] = api.seen;
		assert.equal(first?.method, "PATCH");
		assert.equal(first?.headers["content-type"], "application/apply-patch+yaml");
		assert.equal(first?.query.toString(), "fieldManager=furnace&force=true");
		assert.deepEqual(first?.body, { apiVersion: "apps/v1", kind: "Deployment", ...object });
		assert.equal(second?.path, "/apis/apps/v1/namespaces/shop/deployments/web/status");
	});

	test("deletes what is there, only the one that was meant, and nothing without a name", async (t) => {
		const { api, connection } = await start(t);
		api.put(PODS, { metadata: { name: "web-1" } });
		await connection.delete(KINDS.pod, "web-1", "shop", { uid: "uid-1" });
		await connection.delete(KINDS.pod, "web-1", "shop");
		assert.deepEqual(api.seen[0]?.body, {
			apiVersion: "v1",
			kind: "DeleteOptions",
			propagationPolicy: "Background",
			preconditions: { uid: "uid-1" },
		});
		api.intercept = (_, response) => {
			refuse(response, 409, "Conflict");
			return "answered";
		};
		await connection.delete(KINDS.pod, "web-1", "shop", { uid: "another" });
		await assert.rejects(connection.delete(KINDS.pod, "web-1", "shop"), { status: 409 });
		const asked = api.seen.length;
		await assert.rejects(connection.delete(KINDS.pod, "", "shop"), /is no name/);
		assert.equal(api.seen.length, asked);
	});

	test("says what was refused, and why", async (t) => {
		const { api, connection } = await start(t);
		api.put(PODS, { metadata: { name: "web-1" } });
		await assert.rejects(connection.create(KINDS.pod, { metadata: { name: "web-1", namespace: "shop" } }), {
			name: "KubernetesError",
			status: 409,
			reason: "AlreadyExists",
		});
	});

	test("reads credentials anew when they are not believed, once", async (t) => {
		const { api, connection } = await start(t);
		api.intercept = ({ headers }, response) => {
			if (headers.authorization === "Bearer rotated") return undefined;
			refuse(response, 401, "Unauthorized");
			return "answered";
		};
		api.writeKubeconfig("rotated");
		assert.equal(await connection.get(KINDS.pod, "none", "shop"), null);
		assert.equal(api.seen.length, 2);
		api.writeKubeconfig("wrong");
		const other = connectCluster({ kubeconfig: api.kubeconfig });
		t.after(() => other.close());
		await assert.rejects(other.get(KINDS.pod, "none", "shop"), { status: 401, reason: "Unauthorized" });
		assert.equal(api.seen.length, 4);
	});

	test("asks again what the API server put off, but not for ever", async (t) => {
		const { api, connection } = await start(t);
		let refusals = 2;
		api.intercept = (_, response) => {
			if (refusals-- <= 0) return undefined;
			refuse(response, 429, "TooManyRequests", { "retry-after": "0" });
			return "answered";
		};
		const pod = { metadata: { name: "web-1", namespace: "shop" } };
		assert.equal((await connection.create(KINDS.pod, pod)).metadata.name, "web-1");
		assert.equal(api.seen.length, 3);
		refusals = 100;
		await assert.rejects(connection.get(KINDS.pod, "web-1", "shop"), { status: 429 });
		assert.equal(api.seen.length, 7);
	});

	test("a connection that breaks: what may be done twice is tried once more, what may not is an error", async (t) => {
		const { api, connection } = await start(t);
		let breaks = 1;
		api.intercept = (_, response) => {
			if (breaks-- <= 0) return undefined;
			response.destroy();
			return "answered";
		};
		assert.equal(await connection.get(KINDS.pod, "none", "shop"), null);
		breaks = 1;
		const pod = { metadata: { name: "web-1", namespace: "shop" } };
		await assert.rejects(connection.create(KINDS.pod, pod), { status: 0, reason: "Unreachable" });
		breaks = 2;
		await assert.rejects(connection.get(KINDS.pod, "none", "shop"), { reason: "Unreachable" });
	});

	test("what does not answer, or not with JSON, is an error of its own", async (t) => {
		const { api, connection } = await start(t);
		api.intercept = () => "answered";
		await assert.rejects(connection.with({ deadlineMs: 50 }).get(KINDS.pod, "x", "shop"), {
			status: 0,
			reason: "Timeout",
		});
		api.intercept = (_, response) => {
			response.end("<html>Welcome</html>");
			return "answered";
		};
		await assert.rejects(connection.get(KINDS.pod, "x", "shop"), { status: 0, reason: "InvalidAnswer" });
		await assert.rejects(connection.list(KINDS.pod), { status: 0, reason: "InvalidAnswer" });
	});

	test("a body that stops in the middle runs into the deadline too", async (t) => {
		const { api, connection } = await start(t);
		api.intercept = (_, response) => {
			response.writeHead(200, { "content-length": "1000" }).write("{");
			return "answered";
		};
		await assert.rejects(connection.with({ deadlineMs: 100 }).get(KINDS.pod, "x", "shop"), {
			reason: "Timeout",
		});
	});

	test("a guard is asked for changes alone, and its word is final", async (t) => {
		const { api, connection } = await start(t);
		const guarded = connection.with({
			guard: () => {
				throw new Error("not any more");
			},
		});
		assert.equal(await guarded.get(KINDS.pod, "none", "shop"), null);
		const pod = { metadata: { name: "web-1", namespace: "shop" } };
		await assert.rejects(guarded.create(KINDS.pod, pod), /not any more/);
		await assert.rejects(guarded.with({ deadlineMs: 1000 }).create(KINDS.pod, pod), /not any more/);
		assert.deepEqual(
			api.seen.map(({ method }) => method),
			["GET"],
		);
	});

	test("closing ends what is under way, and what comes after", async (t) => {
		const { api, connection } = await start(t);
		api.intercept = () => "answered";
		const asked = connection.get(KINDS.pod, "x", "shop");
		const rejected = assert.rejects(asked, { reason: "Closed" });
		await connection.close();
		await rejected;
		await assert.rejects(connection.get(KINDS.pod, "x", "shop"), { reason: "Closed" });
	});

	test("nothing that is said holds the token", async (t) => {
		const { api, connection } = await start(t);
		await api.close();
		const error = await connection.get(KINDS.pod, "x", "shop").catch((error: Error) => error);
		assert.ok(error instanceof Error);
		assert.doesNotMatch(`${error.stack}${JSON.stringify(error)}${error.cause}`, /secret-token/);
	});
});

test("no credentials: an error that says where they were looked for", (t) => {
	const { KUBECONFIG, HOME } = process.env;
	t.after(() => Object.assign(process.env, { HOME, ...(KUBECONFIG === undefined ? {} : { KUBECONFIG }) }));
	delete process.env.KUBECONFIG;
	process.env.HOME = "/nonexistent";
	assert.throws(() => connectCluster(), /KUBECONFIG is not set/);
	assert.throws(() => connectCluster({ kubeconfig: "/nonexistent/kubeconfig" }), /ENOENT/);
});
