import assert from "node:assert/strict";
import { Agent } from "node:https";
import { after, before, describe, type TestContext, test } from "node:test";
import { OBJECTS } from "../../../contract/names.ts";
import { operationsIn, responseIn, reviewOf } from "../../../server/admission/testing/review.ts";
import type { Pair } from "../../../server/testing/certificates.ts";
import { openCluster, type Shell, whySkipped } from "../../cluster/shell.ts";
import { eventually } from "../../e2e/furnace.ts";
import { makeNamespace, type TestNamespace } from "../namespaces.ts";
import { eventsAbout } from "../pods.ts";
import { ASKING, apply, podObject } from "../workloads.ts";
import { openLine } from "./cut-line.ts";
import { type HostedServer, hostServer } from "./hosted-server.ts";
import { ask, getOver } from "./kept-connection.ts";
import { limitedRights } from "./limited-rights.ts";
import { applySettings, installationOf, makeRoot, makeServerTls, type ServerTls } from "./server-settings.ts";

const ASKING_POD = {
	metadata: { name: "web-1", labels: { furnace: "enabled" } },
	spec: { containers: [{ name: "app", image: "app" }] },
};

describe("the life of a server in a cluster", { skip: await whySkipped(), timeout: 480_000 }, () => {
	let shell: Shell;
	let namespace: TestNamespace;
	let root: Pair;
	let tls: ServerTls;
	let admin: string;

	before(async () => {
		shell = await openCluster();
		namespace = await makeNamespace(shell, "server-life");
		root = await makeRoot();
		tls = await makeServerTls(namespace.name, root);
		admin = await shell.kubectl(["config", "view", "--raw", "-o", "jsonpath={.users[0].user.token}"]);
		await applySettings(shell, namespace.name, { tls, installation: installation() });
	});
	after(() => namespace?.remove());

	const installation = (changes: object = {}) => ({ ...installationOf("furnace", tls.ca), ...changes });

	async function start(t: TestContext, environment: Record<string, string> = {}): Promise<HostedServer> {
		const server = await hostServer(shell, namespace.name, environment);
		t.after(() => server.stop());
		return server;
	}

	/** What the webhook makes of a pod that asks: the image it would inject, or why not. */
	async function admit(server: HostedServer): Promise<string> {
		const body = reviewOf(ASKING_POD, { namespace: namespace.name });
		const { json } = await server.send("/mutate", { method: "POST", body, admission: true });
		const text = JSON.stringify(json);
		const added = operationsIn(text).find(({ path }) => path.startsWith("/spec/initContainers"));
		const { auditAnnotations = {} } = responseIn(text);
		if (added === undefined) return Object.values(auditAnnotations).join();
		return JSON.stringify(added.value).match(/"image":"([^"]+)"/)?.[1] ?? "";
	}

	test("it answers from the start, and is ready when it knows all it needs to know", async (t) => {
		const empty = await makeNamespace(shell, "server-empty", {});
		t.after(() => empty.remove());
		const server = await hostServer(shell, empty.name);
		t.after(() => server.stop());
		const readiness = async () => {
			const { status, json } = await server.send("/readyz");
			return [status, (json as { detail?: string }).detail];
		};
		assert.equal((await server.send("/healthz")).status, 200);
		await eventually("the stores are full", async () => {
			const [, detail] = await readiness();
			return detail === "The server still waits for: the installation, the servers' certificate.";
		});
		assert.equal(await admit(server), "not-configured");
		await applySettings(shell, empty.name, { tls: await makeServerTls(empty.name, root) });
		await eventually("it has the certificate", async () => {
			const [status, detail] = await readiness();
			return status === 503 && detail === "The server still waits for: the installation.";
		});
		await applySettings(shell, empty.name, { installation: installation() });
		await server.ready();
		assert.match(await admit(server), /furnace-test-sidecar/);
		const { json } = await server.send("/metrics");
		const { text } = json as { text: string };
		for (const outcome of ["injected", "not-configured"]) {
			assert.ok(text.includes(`furnace_admission_requests_total{outcome="${outcome}"} 1`), outcome);
		}
	});

	test("a new installation is injected from now on; one that cannot be read changes nothing", async (t) => {
		const server = await start(t);
		await server.ready();
		t.after(() => applySettings(shell, namespace.name, { installation: installation() }));
		await applySettings(shell, namespace.name, { installation: installation({ image: "localhost/new:2" }) });
		await eventually("the new image", async () => (await admit(server)) === "localhost/new:2");
		await applySettings(shell, namespace.name, { installation: "{" });
		await eventually("the fault is in the log", () =>
			server.log.some(({ msg }) => String(msg).startsWith("the installation cannot be read")),
		);
		assert.equal(await admit(server), "localhost/new:2");
		assert.equal((await server.send("/readyz")).status, 200);
		await applySettings(shell, namespace.name, { installation: installation({ imageProven: false }) });
		await eventually("unproven", async () => (await admit(server)) === "agent-image-unproven");
		await shell.kubectl(["delete", "configmap", OBJECTS.installation, "-n", namespace.name]);
		await eventually("no Furnace", async () => (await admit(server)) === "not-configured");
		assert.equal((await server.send("/readyz")).status, 200);
	});

	test("asked to end it is unready at once, answers everything for a while and ends by itself", async (t) => {
		const server = await hostServer(shell, namespace.name, { FURNACE_DRAIN_SECONDS: "4" });
		t.after(() => server.process.kill("SIGKILL"));
		await server.ready();
		const agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
		t.after(() => agent.destroy());
		await getOver(agent, server.ports.server);
		const ended = server.stop();
		await eventually("it is unready", async () => (await server.send("/readyz")).status === 503);
		assert.match(await admit(server), /furnace-test-sidecar/);
		assert.equal((await server.send("/healthz")).status, 200);
		// a connection that was kept open hears that it is to end
		const { headers } = await ask(agent, server.ports.server);
		assert.equal(headers.connection, "close");
		assert.equal(await ended, 0);
	});

	test("while the API server is away it serves what it knows, refuses nobody for it, and comes back by itself", async (t) => {
		const line = await openLine(shell);
		t.after(() => line.close());
		const server = await start(t, { KUBECONFIG: line.kubeconfig });
		await server.ready();
		const pods = `/api/v1/namespaces/${namespace.name}/pods`;
		const asAdmin = () => server.send(pods, { token: admin });
		assert.equal((await asAdmin()).status, 200);
		line.cut();
		assert.equal((await asAdmin()).status, 200);
		await eventually("who calls is not remembered any more", async () => {
			const { status, code } = await asAdmin();
			assert.ok(status === 200 || code === "cluster-unavailable", `${status} ${code}`);
			return status === 503;
		});
		const stranger = await server.send(pods, { token: "never-seen" });
		assert.equal(stranger.code, "cluster-unavailable");
		assert.match(await admit(server), /furnace-test-sidecar/);
		assert.equal((await server.send("/readyz")).status, 200);
		assert.equal((await server.send("/healthz")).status, 200);

		await applySettings(shell, namespace.name, {
			installation: installation({ image: "localhost/meanwhile:3" }),
		});
		t.after(() => applySettings(shell, namespace.name, { installation: installation() }));
		line.mend();
		await eventually("it is back", async () => (await asAdmin()).status === 200);
		await eventually("what it missed", async () => (await admit(server)) === "localhost/meanwhile:3");
	});

	test("a server that starts while the API server is away waits, alive", async (t) => {
		const line = await openLine(shell);
		t.after(() => line.close());
		line.cut();
		const server = await start(t, { KUBECONFIG: line.kubeconfig });
		assert.equal((await server.send("/healthz")).status, 200);
		const { status, json } = await server.send("/readyz");
		assert.equal(status, 503);
		assert.match(JSON.stringify(json), /waits for: .*pods/);
		assert.equal(await admit(server), "not-configured");
		line.mend();
		await server.ready();
	});

	test("the rights that the operator gives it are enough, and all it asks for", async (t) => {
		const { kubeconfig, remove } = await limitedRights(shell, namespace.name);
		t.after(remove);
		const server = await start(t, { KUBECONFIG: kubeconfig });
		await server.ready();
		assert.equal((await server.send("/api/v1/namespaces", { token: admin })).status, 200);
		const foreign = await server.send("/register", { method: "POST", token: "made-up", body: {} });
		assert.equal(foreign.code, "agent-unauthenticated");
		const spec = { hostPID: true, containers: [{ name: "app", image: "localhost/absent:1" }] };
		await apply(shell, podObject(namespace.name, "on-the-node", ASKING.label, spec));
		await eventually("it wrote the Event", async () =>
			(await eventsAbout(shell, namespace.name, "on-the-node")).some(
				({ reason }) => reason === "FurnaceSidecarSkipped",
			),
		);
		assert.doesNotMatch(server.output(), /forbidden/i);
	});

	test("a port that is taken, and a namespace that is missing: it says so and ends", async () => {
		await assert.rejects(hostServer(shell, ""), /ended with 64.*FURNACE_NAMESPACE must name/s);
		const server = await hostServer(shell, namespace.name);
		try {
			const port = String(server.ports.server);
			await assert.rejects(
				hostServer(shell, namespace.name, { FURNACE_PORT: port }),
				/ended with 1.*EADDRINUSE/s,
			);
		} finally {
			await server.stop();
		}
	});
});
