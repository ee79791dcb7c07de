import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { generate } from "selfsigned";
import { connectCluster } from "./connect.ts";

async function makeCertificate() {
	const { cert, private: key } = await generate([{ name: "commonName", value: "127.0.0.1" }], {
		keyType: "ec",
		extensions: [
			{ name: "basicConstraints", cA: true },
			{ name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] },
		],
	});
	return { cert, key };
}

/** An API server over TLS, and credentials in files as the kubelet mounts them. */
async function start(t: TestContext, certificate: { cert: string; key: string }) {
	const folder = mkdtempSync(join(tmpdir(), "furnace-test-credentials-"));
	const tokens: string[] = [];
	const refused = new Set<string>();
	const server = createServer({ ...certificate, keepAliveTimeout: 60_000 }, (request, response) => {
		const token = request.headers.authorization ?? "";
		tokens.push(token);
		if (refused.has(token)) response.statusCode = 401;
		response.end(JSON.stringify({ major: "1", minor: "34" }));
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const [ca, token, kubeconfig] = [join(folder, "ca.crt"), join(folder, "token"), join(folder, "kubeconfig")];
	const config = {
		"current-context": "x",
		contexts: [{ name: "x", context: { cluster: "x", user: "x" } }],
		clusters: [
			{
				name: "x",
				cluster: {
					server: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
					"certificate-authority": ca,
				},
			},
		],
		// how the client library itself describes a ServiceAccount's mounted token
		users: [{ name: "x", user: { "auth-provider": { name: "tokenFile", config: { tokenFile: token } } } }],
	};
	writeFileSync(kubeconfig, JSON.stringify(config));
	writeFileSync(ca, certificate.cert);
	writeFileSync(token, "first\n");
	const connection = connectCluster({ kubeconfig });
	t.after(async () => {
		await connection.close();
		server.closeAllConnections();
		server.close();
		rmSync(folder, { recursive: true });
	});
	return { server, connection, tokens, refused, ca, token };
}

test("a token that was rotated is read anew as soon as the old one is refused", async (t) => {
	const { connection, tokens, refused, token } = await start(t, await makeCertificate());
	await connection.version();
	writeFileSync(token, "second");
	refused.add("Bearer first");
	await connection.version();
	assert.deepEqual(tokens, ["Bearer first", "Bearer first", "Bearer second"]);
	refused.add("Bearer second");
	await assert.rejects(connection.version(), { status: 401 });
});

test("roots that were rotated are trusted without a restart, others never", async (t) => {
	const [first, second] = [await makeCertificate(), await makeCertificate()];
	const { server, connection, ca } = await start(t, first);
	assert.deepEqual(await connection.version(), { major: 1, minor: 34 });
	server.setSecureContext(second);
	server.closeAllConnections();
	await assert.rejects(connection.version(), { reason: "Unreachable" });
	writeFileSync(ca, `${second.cert}\n${first.cert}`);
	await connection.version();
	rmSync(ca);
	await connection.version();
});
