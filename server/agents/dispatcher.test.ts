import assert from "node:assert/strict";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { describe, type TestContext, test } from "node:test";
import type { AgentAddress } from "../adapters.ts";
import { makeSelfSigned, type Pair } from "../testing/certificates.ts";
import { until } from "../testing/until.ts";
import { createDispatcher, originOf } from "./dispatcher.ts";

/** A TLS server that counts the requests that reach it. */
async function startTls(t: TestContext, certificate: Pair) {
	const seen = { requests: 0, connections: 0, open: 0 };
	const server = createServer(certificate, (_request, response) => {
		seen.requests++;
		response.end("ok");
	});
	server.on("connection", (socket) => {
		seen.connections++;
		seen.open++;
		socket.once("close", () => seen.open--);
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	t.after(() => server.close());
	return { seen, port: (server.address() as AddressInfo).port };
}

async function ask(t: TestContext, address: AgentAddress | null, pinned?: string): Promise<string> {
	const dispatcher = createDispatcher({
		trust: { addressOf: async () => address },
		pinnedCertificate: () => pinned,
	});
	t.after(() => dispatcher.destroy());
	const { body } = await dispatcher.request({ origin: originOf("agent-1"), path: "/", method: "GET" });
	return body.text();
}

describe("dialling an agent", () => {
	test("with TLS: only the certificate that it registered gets a request", async (t) => {
		const own = await makeSelfSigned("furnace-test");
		const other = await makeSelfSigned("furnace-test");
		const { seen, port } = await startTls(t, own);
		const address = { host: "127.0.0.1", port, tls: other };
		assert.equal(await ask(t, address, own.cert), "ok");
		await assert.rejects(ask(t, address, other.cert), /does not have the certificate/);
		await assert.rejects(ask(t, address, undefined), /does not have the certificate/);
		assert.equal(seen.requests, 1);
	});

	test("an agent that registered with no certificate at all gets no request, and its connection is not kept", async (t) => {
		const own = await makeSelfSigned("furnace-test");
		const { seen, port } = await startTls(t, own);
		const address = { host: "127.0.0.1", port, tls: own };
		await assert.rejects(ask(t, address, "nonsense"), /does not have the certificate/);
		await until(() => seen.connections === 1 && seen.open === 0);
		assert.equal(seen.requests, 0);
	});

	test("never asks a resolver: a name is no address", async (t) => {
		for (const host of ["localhost", "agent.example", "0x7f.1", "2130706433", "127.1"]) {
			const address = { host, port: 1, tls: { cert: "", key: "" } };
			await assert.rejects(ask(t, address), /is not an IP address/, host);
		}
	});

	test("an agent without an address is an error, and nothing is dialled", async (t) => {
		await assert.rejects(ask(t, null), /has no address/);
	});

	test("a socket that is not there is an error", async (t) => {
		await assert.rejects(ask(t, { socketPath: "/nonexistent/agent.sock" }), { code: "ENOENT" });
	});
});
