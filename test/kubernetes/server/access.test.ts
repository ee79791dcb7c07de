import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { agentRoutes } from "../../../contract/agent-routes.ts";
import { fillPath } from "../../../contract/client.ts";
import { RECORDINGS_RESOURCE } from "../../../contract/names.ts";
import { PROXY_PREFIX, serverRoutes } from "../../../contract/server-routes.ts";
import { openCluster, type Shell, whySkipped } from "../../cluster/shell.ts";
import { eventually } from "../../e2e/furnace.ts";
import { makeNamespace, type TestNamespace } from "../namespaces.ts";
import { makePerson, type Person, tokenOf } from "../people.ts";
import { apply, podObject } from "../workloads.ts";
import { type HostedServer, hostServer } from "./hosted-server.ts";
import { applySettings, installationOf, makeRoot, makeServerTls } from "./server-settings.ts";

const ID = "0123456789abcdefghijklmnop";
const POD = "idle";
const RECORDING = { profiler: "perf", durationSeconds: 1 };
/** of routes that want one */
const QUERIES: Readonly<Record<string, string>> = { diff: `?base=${ID}&comparison=${ID}` };

describe("people and their rights, as a real API server has them", {
	skip: await whySkipped(),
	timeout: 300_000,
}, () => {
	let shell: Shell;
	let namespace: TestNamespace;
	let other: TestNamespace;
	let server: HostedServer;
	let nobody: Person;
	let viewer: Person;
	let editor: Person;
	let roles: string[];

	before(async () => {
		shell = await openCluster();
		namespace = await makeNamespace(shell, "server-access");
		other = await makeNamespace(shell, "server-other");
		roles = await aggregateRights(shell, namespace.name);
		const tls = await makeServerTls(namespace.name, await makeRoot());
		await applySettings(shell, namespace.name, { tls, installation: installationOf("furnace", tls.ca) });
		server = await hostServer(shell, namespace.name);
		await server.ready();
		nobody = await makePerson(shell, namespace.name, "nobody");
		viewer = await makePerson(shell, namespace.name, "viewer", "view");
		editor = await makePerson(shell, namespace.name, "editor", "edit");
		const container = { name: "app", image: "localhost/absent:1", imagePullPolicy: "Never" };
		await apply(shell, podObject(namespace.name, POD, {}, { containers: [container] }));
		await eventually("the rights are known", async () => {
			const asked = await Promise.all([viewer, editor].map(({ token }) => server.send(pods(), { token })));
			const listed = asked.every(({ status, json }) => status === 200 && JSON.stringify(json).includes(POD));
			const { status } = await server.send(agent("/recordings"), {
				method: "POST",
				token: editor.token,
				body: RECORDING,
			});
			return (listed && status === 503) || undefined;
		});
	});
	after(async () => {
		await server?.stop();
		if (roles !== undefined) await shell.kubectl(["delete", "clusterrole", ...roles]);
		await namespace?.remove();
		await other?.remove();
	});

	const pods = (name = namespace.name) => `/api/v1/namespaces/${name}/pods`;
	const agent = (path: string) => fillPath(PROXY_PREFIX, { namespace: namespace.name, pod: POD }) + path;

	/** Every route of the contract that people call, as somebody asks it. */
	function everyRoute(): { name: string; path: string; method: string; body?: object }[] {
		const own = Object.entries(serverRoutes).filter(([, { tag }]) => ["pods", "recordings"].includes(tag));
		const proxied = Object.entries(agentRoutes).map(
			([name, route]) => [`agent ${name}`, { ...route, path: agent(route.path) }] as const,
		);
		return [...own, ...proxied].map(([name, route]) => ({
			name,
			method: route.method,
			path: fillPath(route.path, { namespace: namespace.name, pod: POD, id: ID }) + (QUERIES[name] ?? ""),
			...(route.method === "POST" && "body" in route && route.body !== undefined ? { body: RECORDING } : {}),
		}));
	}

	/** @returns `STATUS CODE` by route */
	async function ask(token: string): Promise<Record<string, string>> {
		const answers = await Promise.all(
			everyRoute().map(async ({ name, path, ...message }) => {
				const { status, code } = await server.send(path, { ...message, token });
				return [name, code === undefined ? `${status}` : `${status} ${code}`] as const;
			}),
		);
		return Object.fromEntries(answers);
	}

	test("without a token, with a made-up one and with an agent's: 401 on every route", async () => {
		const tokens = [
			"",
			"made-up",
			`${nobody.token}x`,
			await tokenOf(shell, namespace.name, "editor", "--audience=furnace"),
			await tokenOf(shell, namespace.name, "editor", "--audience=somebody-else"),
		];
		for (const token of tokens) {
			assert.deepEqual(new Set(Object.values(await ask(token))), new Set(["401 unauthenticated"]), token);
		}
	});

	test("somebody without rights sees nothing of the namespace, and is not told what it has", async () => {
		const answers = await ask(nobody.token);
		const { listNamespaces, listRecordings, getRecording, deleteRecording, getProfile, diff, ...rest } =
			answers;
		assert.deepEqual([listNamespaces, listRecordings], ["200", "200"]);
		const ofTheArchive = new Set([getRecording, deleteRecording, getProfile, diff]);
		assert.deepEqual(ofTheArchive, new Set(["404 recording-not-found"]));
		assert.deepEqual(new Set(Object.values(rest)), new Set(["403 forbidden"]));
		const { json } = await server.send("/api/v1/namespaces", { token: nobody.token });
		assert.deepEqual(json, { items: [] });
	});

	test("who may view, by the aggregated role, may look and not record", async () => {
		const answers = await ask(viewer.token);
		for (const [name, { method }] of Object.entries(agentRoutes)) {
			const expected = method === "GET" ? "503 agent-not-registered" : "403 forbidden";
			assert.equal(answers[`agent ${name}`], expected, name);
		}
		const { json } = await server.send("/api/v1/namespaces", { token: viewer.token });
		assert.deepEqual(json, { items: [{ name: namespace.name }] });
	});

	test("who may edit may record, here and nowhere else", async () => {
		const body = RECORDING;
		const { token } = editor;
		assert.equal((await server.send(agent("/recordings"), { method: "POST", token, body })).status, 503);
		assert.equal((await server.send(pods(other.name), { token })).code, "forbidden");
		assert.equal((await server.send(pods("does-not-exist"), { token })).code, "forbidden");
	});

	test("an administrator sees every namespace with the label, by one question", async () => {
		const admin = adminToken(await shell.kubectl(["config", "view", "--raw", "-o", "json"]));
		const { json } = await server.send("/api/v1/namespaces", { token: admin });
		const names = (json as { items: { name: string }[] }).items.map(({ name }) => name);
		assert.ok(names.includes(namespace.name) && names.includes(other.name), names.join());
		assert.ok(!names.includes("kube-system"));
		assert.equal((await server.send(pods("does-not-exist"), { token: admin })).code, "namespace-not-found");
	});

	test("another site's page gets nothing, not even with a token", async () => {
		const { token } = editor;
		const origin = { origin: "https://evil.example" };
		assert.equal((await server.send(pods(), { token, headers: origin })).code, "foreign-origin");
		const own = { origin: `https://127.0.0.1:${server.ports.server}` };
		assert.equal((await server.send(pods(), { token, headers: own })).status, 200);
	});

	test("no token stands in the log", () => {
		for (const { token } of [nobody, viewer, editor]) assert.ok(!server.output().includes(token));
	});
});

/** As the operator's manifests do, under names of this test's own. @returns their names */
async function aggregateRights(shell: Shell, prefix: string): Promise<string[]> {
	const { group, resource } = RECORDINGS_RESOURCE;
	const role = (to: string, verbs: string[]) => ({
		apiVersion: "rbac.authorization.k8s.io/v1",
		kind: "ClusterRole",
		metadata: {
			name: `${prefix}-${to}`,
			labels: { [`rbac.authorization.k8s.io/aggregate-to-${to}`]: "true" },
		},
		rules: [{ apiGroups: [group], resources: [resource], verbs }],
	});
	const made = [role("view", ["get", "list"]), role("edit", ["create", "delete"])];
	await apply(shell, ...made);
	return made.map(({ metadata }) => metadata.name);
}

function adminToken(kubeconfig: string): string {
	const { users } = JSON.parse(kubeconfig) as { users: { user: { token: string } }[] };
	return users[0]?.user.token ?? assert.fail("the administrator has no token");
}
