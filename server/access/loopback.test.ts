import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startServer } from "../testing/start-server.ts";

const PATHS = ["/", "/api/v1/recordings", "/nowhere", "/register", "/metrics", "/docs", "/%zz"];

describe("loopback access", () => {
	test("answers every name of this machine", async (t) => {
		const { origin, send } = await startServer(t);
		const { port } = new URL(origin);
		for (const host of [
			"127.0.0.1",
			`127.0.0.1:${port}`,
			`localhost:${port}`,
			`[::1]:${port}`,
			"LOCALHOST:9000",
		]) {
			const { status } = await send("/api/v1/namespaces", { headers: { host } });
			assert.equal(status, 200, host);
		}
	});

	test("refuses every other Host, whatever is asked", async (t) => {
		const { send } = await startServer(t);
		const hosts = [
			"evil.example",
			"evil.example:8080",
			"localhost.evil.example",
			"127.0.0.1.evil.example",
			"evil.example#localhost",
			"localhost@evil.example",
			"localhost:80:80",
			"127.0.0.2",
			"0.0.0.0:8080",
			"2130706433",
			"[::ffff:127.0.0.1]",
			"localhost.",
		];
		for (const path of PATHS) {
			for (const host of hosts) {
				const { status, code } = await send(path, { headers: { host } });
				assert.deepEqual({ status, code }, { status: 403, code: "foreign-host" }, `${path} as ${host}`);
			}
		}
	});

	test("refuses every other Origin, whatever is asked", async (t) => {
		const { origin, send } = await startServer(t);
		const { port } = new URL(origin);
		const origins = [
			"https://evil.example",
			"null",
			"",
			`http://localhost:${port}`,
			`http://127.0.0.1:${Number(port) + 1}`,
			`http://127.0.0.1:${port}.evil.example`,
			"http://127.0.0.1",
		];
		for (const method of ["GET", "POST", "OPTIONS", "DELETE"]) {
			for (const value of origins) {
				const { status, code } = await send("/api/v1/recordings", { method, headers: { origin: value } });
				assert.deepEqual({ status, code }, { status: 403, code: "foreign-origin" }, `${method} ${value}`);
			}
		}
	});

	test("takes its own page's Origin, behind a forwarded port too", async (t) => {
		const { origin, send } = await startServer(t);
		assert.equal((await send("/api/v1/recordings", { headers: { origin } })).status, 200);
		const forwarded = { host: "localhost:9000", origin: "http://localhost:9000" };
		assert.equal((await send("/api/v1/recordings", { headers: forwarded })).status, 200);
	});

	test("refuses an upgrade from another site", async (t) => {
		const { send } = await startServer(t);
		const headers = {
			origin: "https://evil.example",
			connection: "Upgrade",
			upgrade: "websocket",
			"sec-websocket-version": "13",
			"sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
		};
		assert.equal((await send("/api/v1/recordings", { headers })).status, 403);
	});

	test("refuses what another site embeds, and takes a link that is followed", async (t) => {
		const { send } = await startServer(t);
		const embedded = {
			"sec-fetch-site": "cross-site",
			"sec-fetch-mode": "no-cors",
			"sec-fetch-dest": "image",
		};
		const framed = {
			"sec-fetch-site": "same-site",
			"sec-fetch-mode": "navigate",
			"sec-fetch-dest": "iframe",
		};
		const link = {
			"sec-fetch-site": "cross-site",
			"sec-fetch-mode": "navigate",
			"sec-fetch-dest": "document",
		};
		const own = { "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" };
		const statusWith = async (headers: Record<string, string>) =>
			(await send("/healthz", { headers })).status;
		assert.equal(await statusWith(embedded), 403);
		assert.equal(await statusWith(framed), 403);
		assert.equal(await statusWith(link), 200);
		assert.equal(await statusWith(own), 200);
	});

	test("forwarding headers do not count", async (t) => {
		const { send } = await startServer(t);
		const headers = { host: "evil.example", "x-forwarded-host": "localhost", forwarded: "host=localhost" };
		assert.equal((await send("/healthz", { headers })).status, 403);
	});
});
