import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { Agent } from "node:https";
import { after, before, describe, type TestContext, test } from "node:test";
import { connect, type TLSSocket } from "node:tls";
import { serverName } from "../../../contract/names.ts";
import type { Pair } from "../../../server/testing/certificates.ts";
import { openCluster, type Shell, whySkipped } from "../../cluster/shell.ts";
import { eventually } from "../../e2e/furnace.ts";
import { makeNamespace, type TestNamespace } from "../namespaces.ts";
import { type HostedServer, hostServer } from "./hosted-server.ts";
import { getOver } from "./kept-connection.ts";
import { applySettings, installationOf, makeRoot, makeServerTls, type ServerTls } from "./server-settings.ts";

describe("the certificate of a server in a cluster", { skip: await whySkipped(), timeout: 300_000 }, () => {
	let shell: Shell;
	let namespace: TestNamespace;
	let root: Pair;
	let tls: ServerTls;

	before(async () => {
		shell = await openCluster();
		namespace = await makeNamespace(shell, "server-tls");
		root = await makeRoot();
		tls = await makeServerTls(namespace.name, root);
		await applySettings(shell, namespace.name, { tls, installation: installationOf("furnace", tls.ca) });
	});
	after(() => namespace?.remove());

	async function start(t: TestContext): Promise<HostedServer> {
		const server = await hostServer(shell, namespace.name);
		t.after(() => server.stop());
		return server;
	}

	test("a new certificate is shown on new connections of both ports; open ones go on", async (t) => {
		const server = await start(t);
		await server.ready();
		t.after(() => applySettings(shell, namespace.name, { tls }));
		const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
		t.after(() => agent.destroy());
		const first = await getOver(agent, server.ports.server);
		const next = await makeServerTls(namespace.name, await makeRoot(), root);
		await applySettings(shell, namespace.name, { tls: next });
		for (const port of [server.ports.server, server.ports.admission]) {
			await eventually(`the new certificate on ${port}`, async () => {
				const socket = await shake(port, { ca: next.ca });
				const shown = socket.getPeerX509Certificate()?.fingerprint256;
				socket.destroy();
				return shown === new X509Certificate(next.cert).fingerprint256;
			});
		}
		assert.equal(await getOver(agent, server.ports.server), first);

		const broken = { ...next, key: tls.key };
		await applySettings(shell, namespace.name, { tls: broken });
		await eventually("the fault is in the log", () =>
			server.log.some(({ msg }) => String(msg).includes("certificate cannot be used")),
		);
		(await shake(server.ports.server, { ca: next.ca })).destroy();
	});

	test("clients are asked for a certificate and checked, and need none", async (t) => {
		const server = await start(t);
		await server.ready();
		const stranger = await makeServerTls(namespace.name, await makeRoot());
		const certificates = [{}, { cert: tls.cert, key: tls.key }, { cert: stranger.cert, key: stranger.key }];
		for (const certificate of certificates) {
			const socket = await shake(server.ports.server, { ca: tls.ca, ...certificate });
			socket.write("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
			const [answer] = (await once(socket, "data")) as [Buffer];
			assert.match(answer.toString(), /^HTTP\/1.1 200/);
		}
	});

	/** A handshake in which the server's certificate is checked by the name that agents use. */
	async function shake(
		port: number,
		options: { ca: string; cert?: string; key?: string },
	): Promise<TLSSocket> {
		const socket = connect({ host: "127.0.0.1", port, servername: serverName(namespace.name), ...options });
		await once(socket, "secureConnect");
		return socket;
	}
});
