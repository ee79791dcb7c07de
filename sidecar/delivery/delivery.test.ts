import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { after, describe, it } from "node:test";
import { until } from "../testing/test-agent.ts";
import { keepRegistered } from "./registration.ts";
import { fixedServers } from "./servers.ts";
import { createUploader } from "./uploader.ts";

type Handler = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

const closers: (() => void)[] = [];

/** A small real server that behaves as the test wants. */
async function serve(handle: Handler): Promise<{ url: string }> {
	const server = createServer(async (request, response) => {
		handle(request, response, await buffer(request));
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	closers.push(() => {
		server.close();
		server.closeAllConnections();
	});
	return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const token = async () => "secret";
const ID = "0".repeat(26);

describe("delivery to the server", () => {
	after(() => {
		for (const close of closers) close();
	});

	it("uploads in pieces, goes on after a break, and tells when it is done", async () => {
		const bytes = randomBytes(9 * 2 ** 20);
		let stored = Buffer.alloc(0);
		let breaks = 1;
		const ranges: string[] = [];
		const server = await serve((request, response, body) => {
			assert.equal(request.headers.authorization, "Bearer secret");
			assert.equal(request.url, `/agent/v1/recordings/${ID}`);
			if (request.method === "PUT") {
				if (stored.length > 0 && breaks-- > 0) return request.socket.destroy();
				ranges.push(String(request.headers["content-range"]));
				stored = Buffer.concat([stored, body]);
			}
			const isComplete = stored.length === bytes.length;
			response.setHeader("upload-offset", stored.length);
			response.setHeader("upload-complete", isComplete ? "?1" : "?0");
			response.writeHead(204).end();
		});
		const uploaded: string[] = [];
		const uploader = createUploader({
			servers: fixedServers([server]),
			token,
			load: async () => bytes,
			onUploaded: async (id) => void uploaded.push(id),
			onFailure: () => undefined,
		});
		uploader.add(ID);
		await until("it is uploaded", () => uploaded.length > 0);
		assert.deepEqual(uploaded, [ID]);
		assert.ok(stored.equals(bytes));
		const size = bytes.length;
		assert.deepEqual(ranges, [
			`bytes 0-4194303/${size}`,
			`bytes 4194304-8388607/${size}`,
			`bytes 8388608-${size - 1}/${size}`,
		]);
		await uploader.close(0);
	});

	it("gives up what the server will never take", async () => {
		const server = await serve((request, response) => {
			response.writeHead(request.method === "HEAD" ? 204 : 422).end();
		});
		const failures: string[] = [];
		const uploader = createUploader({
			servers: fixedServers([server]),
			token,
			load: async () => Buffer.from("not a profile"),
			onUploaded: async () => assert.fail("it was not"),
			onFailure: (message) => failures.push(message),
		});
		uploader.add(ID);
		await uploader.close(10_000);
		assert.deepEqual(failures, [`recording ${ID} is not uploaded`]);
	});

	it("registers, heartbeats, and comes back after failures", async () => {
		const bodies: unknown[] = [];
		let failures = 2;
		const server = await serve((request, response, body) => {
			assert.equal(request.url, "/register");
			assert.equal(request.headers.authorization, "Bearer secret");
			if (failures-- > 0) return response.writeHead(503).end();
			bodies.push(JSON.parse(body.toString()));
			response.setHeader("content-type", "application/json").end('{"heartbeatSeconds":1}');
		});
		const said: string[] = [];
		const answers: unknown[] = [];
		const kept = keepRegistered({
			servers: fixedServers([server]),
			token,
			registration: () => ({ version: "1", instance: "i", serves: "node" }),
			onAnswer: (_, answer) => answers.push(answer),
			onFailure: (message) => said.push(message),
		});
		await until("two heartbeats", () => bodies.length >= 2);
		await kept.close();
		assert.deepEqual(bodies[0], { protocol: 1, version: "1", instance: "i", serves: "node" });
		assert.equal(said.length, 2);
		assert.deepEqual(answers[0], { heartbeatSeconds: 1 });
	});
});
