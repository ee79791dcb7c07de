import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { after, before, describe, test } from "node:test";
import { AGENT_AUDIENCE, PORTS } from "../../../contract/names.ts";
import { makeSelfSigned, type Pair } from "../../../server/testing/certificates.ts";
import { BASE_IMAGE } from "../../cluster/base-image.ts";
import { ADDRESSES } from "../../cluster/config.ts";
import { openCluster, type Shell, whySkipped } from "../../cluster/shell.ts";
import { eventually } from "../../e2e/furnace.ts";
import { makeNamespace, type TestNamespace } from "../namespaces.ts";
import type { Pod } from "../objects.ts";
import { tokenOf } from "../people.ts";
import { readPod } from "../pods.ts";
import { apply, podObject } from "../workloads.ts";
import { type HostedServer, hostServer } from "./hosted-server.ts";
import { applySettings, installationOf, makeRoot, makeServerTls, type ServerTls } from "./server-settings.ts";
import { heardBy, podWithStubAgent } from "./stub-agent.ts";

const START_SECONDS = 90;

describe("agents and their tokens, as a real API server makes and reviews them", {
	skip: await whySkipped(),
	timeout: 480_000,
}, () => {
	let shell: Shell;
	let namespace: TestNamespace;
	let server: HostedServer;
	let root: Pair;
	let tls: ServerTls;
	let admin: string;
	let certificate: Pair;
	/** registers as an agent should */
	let honest: Pod;
	/** has a sidecar that never registers: nobody may ever connect to it */
	let victim: Pod;
	/** has no sidecar */
	let bare: Pod;
	/** connections that the victim had before any test: its probe's */
	let probes: number;

	before(async () => {
		shell = await openCluster();
		await shell.cluster("load", BASE_IMAGE);
		namespace = await makeNamespace(shell, "server-trust");
		root = await makeRoot();
		tls = await makeServerTls(namespace.name, root);
		await applySettings(shell, namespace.name, { tls, installation: installationOf("furnace", tls.ca) });
		server = await hostServer(shell, namespace.name);
		admin = await shell.kubectl(["config", "view", "--raw", "-o", "jsonpath={.users[0].user.token}"]);
		certificate = await makeSelfSigned("agent");
		const app = { name: "app", image: "localhost/absent:1", imagePullPolicy: "Never" };
		await apply(
			shell,
			podWithStubAgent(namespace.name, "honest", certificate, tls.ca),
			podWithStubAgent(namespace.name, "victim", certificate, tls.ca),
			podObject(namespace.name, "bare", {}, { containers: [app] }),
		);
		await shell.kubectl([
			"wait",
			"--for=condition=Ready",
			`--timeout=${START_SECONDS}s`,
			"-n",
			namespace.name,
			"pod/honest",
			"pod/victim",
		]);
		[honest, victim, bare] = await Promise.all([
			readPod(shell, namespace.name, "honest"),
			readPod(shell, namespace.name, "victim"),
			readPod(shell, namespace.name, "bare"),
		]);
		probes = (await heardBy(shell, namespace.name, "victim")).length;
		await server.ready();
	});
	after(async () => {
		await server?.stop();
		await namespace?.remove();
	});

	const token = (...options: string[]) => tokenOf(shell, namespace.name, "default", ...options);
	const boundTo = ({ metadata }: Pod) => [
		"--bound-object-kind=Pod",
		`--bound-object-name=${metadata.name}`,
		`--bound-object-uid=${metadata.uid}`,
	];
	const AUDIENCE = `--audience=${AGENT_AUDIENCE}`;

	function register(given: string, more: { body?: object; headers?: Record<string, string> } = {}) {
		const body = {
			protocol: 1,
			version: "0.0.0-test",
			instance: "of-a-test",
			serves: "pod",
			certificate: certificate.cert,
			...more.body,
		};
		return server.send("/register", {
			method: "POST",
			token: given,
			body,
			...(more.headers === undefined ? {} : { headers: more.headers }),
		});
	}

	async function listed(pod: Pod): Promise<{ agent: { state: string }; skip: object | null } | undefined> {
		const { json } = await server.send(`/api/v1/namespaces/${namespace.name}/pods`, { token: admin });
		const { items } = json as { items: { uid: string; agent: { state: string }; skip: object | null }[] };
		return items.find(({ uid }) => uid === pod.metadata.uid);
	}

	function reach({ metadata }: Pod) {
		const path = `/api/v1/namespaces/${namespace.name}/pods/${metadata.name}/agent/targets`;
		return server.send(path, { token: admin });
	}

	/** The victim has no agent, and nobody has connected to where one would be. */
	async function assertVictimUntouched(): Promise<void> {
		assert.equal((await listed(victim))?.agent.state, "absent");
		assert.equal((await reach(victim)).code, "agent-not-registered");
		assert.equal((await heardBy(shell, namespace.name, "victim")).length, probes);
	}

	test("tokens that are not of this pod for this purpose: 401, and no connection anywhere", async () => {
		const refused: [string, string][] = [
			["nothing like a token", "made-up"],
			["an administrator's", admin],
			["of the API server's own audience", await token(...boundTo(victim))],
			["for another audience", await token("--audience=vault", ...boundTo(victim))],
			["bound to nothing", await token(AUDIENCE)],
			["of a pod without a sidecar", await token(AUDIENCE, ...boundTo(bare))],
			["forged in its last letter", `${(await token(AUDIENCE, ...boundTo(victim))).slice(0, -4)}AAAA`],
		];
		for (const [what, given] of refused) {
			const { status, code } = await register(given);
			assert.deepEqual([status, code], [401, "agent-unauthenticated"], what);
		}
		await assertVictimUntouched();
	});

	test("an honest agent is registered with the roots to trust, and reached at its pod's own address", async () => {
		const given = await token(AUDIENCE, ...boundTo(honest));
		const answer = await register(given);
		assert.deepEqual([answer.status, answer.json], [200, { heartbeatSeconds: 10, ca: tls.ca }]);
		assert.equal((await listed(honest))?.agent.state, "ready");
		const { status, json } = await reach(honest);
		assert.deepEqual([status, json], [200, { items: [] }]);
		const heard = await heardBy(shell, namespace.name, "honest");
		assert.ok(heard.includes("request /targets from furnace-server"), heard.join("\n"));
		await assertVictimUntouched();
	});

	test("an address that a registration claims is never dialled", async () => {
		const trap = createServer();
		let caught = 0;
		trap.on("connection", (socket) => {
			caught++;
			socket.destroy();
		});
		trap.listen(PORTS.agent, ADDRESSES.node);
		await once(trap, "listening");
		try {
			const given = await token(AUDIENCE, ...boundTo(honest));
			const victimIp = String(victim.status.podIP);
			for (const claimed of [ADDRESSES.node, victimIp, "169.254.169.254", "::ffff:127.0.0.1"]) {
				assert.equal((await register(given, { body: { address: claimed } })).code, "invalid-request");
				const headers = {
					forwarded: `for=${claimed}`,
					"x-forwarded-for": claimed,
					"x-forwarded-host": claimed,
					"x-real-ip": claimed,
					host: `${claimed}:${PORTS.agent}`,
				};
				assert.equal((await register(given, { headers })).status, 200);
				assert.equal((await reach(honest)).status, 200);
			}
			assert.equal(caught, 0);
		} finally {
			trap.close();
		}
		await assertVictimUntouched();
	});

	test("a pod that answers with another certificate than it registered gets no request", async () => {
		const other = await makeSelfSigned("agent");
		const given = await token(AUDIENCE, ...boundTo(honest));
		// what is pooled was checked when it was opened
		await server.stop();
		server = await hostServer(shell, namespace.name);
		await server.ready();
		const requests = async () =>
			(await heardBy(shell, namespace.name, "honest")).filter((line) => line.startsWith("request"));
		const before = await requests();
		assert.equal((await register(given, { body: { certificate: other.cert } })).status, 200);
		assert.equal((await reach(honest)).code, "agent-unreachable");
		assert.deepEqual(await requests(), before);
		assert.equal((await register(given)).status, 200);
		assert.equal((await reach(honest)).status, 200);
	});

	test("a pod given roots of which none is trusted any more is stale, until it registers all the same", async () => {
		assert.equal((await listed(victim))?.agent.state, "absent");
		const next = await makeRoot();
		const overlap = await makeServerTls(namespace.name, next, root);
		await applySettings(shell, namespace.name, { tls: overlap });
		const given = await token(AUDIENCE, ...boundTo(honest));
		const newRoots = async () => (await register(given)).json as { ca?: string };
		await eventually("both roots are handed out", async () => (await newRoots()).ca === overlap.ca);
		assert.equal((await listed(victim))?.agent.state, "absent");

		const later = await makeServerTls(namespace.name, next);
		await applySettings(shell, namespace.name, { tls: later });
		await eventually("the new root is handed out", async () => (await newRoots()).ca === later.ca);
		assert.equal((await listed(victim))?.agent.state, "stale-trust");
		assert.equal((await listed(honest))?.agent.state, "ready");
	});

	test("a deleted pod's token, and its agent, are worth nothing at once", async () => {
		const given = await token(AUDIENCE, ...boundTo(honest));
		assert.equal((await register(given)).status, 200);
		const before = await heardBy(shell, namespace.name, "victim");
		await shell.kubectl(["delete", "pod", "honest", "-n", namespace.name, "--wait=true"]);
		await eventually("the server has heard of it", async () => (await listed(honest)) === undefined);
		assert.equal((await register(given)).code, "agent-unauthenticated");
		assert.equal((await reach(honest)).code, "pod-not-found");
		assert.deepEqual(await heardBy(shell, namespace.name, "victim"), before);
	});

	test("no token stands in the log", async () => {
		const given = await token(AUDIENCE, ...boundTo(victim));
		await register(`${given}x`);
		// the log comes through a pipe of its own: later than the answer, now and then
		await eventually("the refusal is logged", () => server.output().includes("an agent's token was refused"));
		assert.ok(!server.output().includes(given.slice(0, 40)));
	});
});
