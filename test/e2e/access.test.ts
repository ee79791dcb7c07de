import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, describe, test } from "node:test";
import { LOCAL_NAMESPACE } from "../../contract/names.ts";
import type { Problem } from "../../contract/problem.ts";
import { type Furnace, startFurnace } from "./furnace.ts";
import { demoPod } from "./pods.ts";

describe("who may call the embedded default", () => {
	let furnace: Furnace;
	let pod: string;
	before(async () => {
		furnace = await startFurnace();
		pod = await demoPod(furnace);
	});
	after(() => furnace.stop());

	const addresses = () => [
		"/",
		"/api/v1/namespaces",
		`/api/v1/namespaces/${LOCAL_NAMESPACE}/pods`,
		`/api/v1/namespaces/${LOCAL_NAMESPACE}/pods/${pod}/agent/targets`,
		"/api/v1/recordings",
		"/metrics",
		"/docs/",
		"/no/such/address",
	];

	test("a foreign Host is refused at every address: a page that rebinds its name gets nothing", async () => {
		for (const path of addresses()) {
			const { status, body } = await call(furnace, { path, headers: { host: "attacker.example" } });
			assert.equal(status, 403, path);
			assert.equal((JSON.parse(body) as Problem).code, "foreign-host", path);
		}
	});

	test("a foreign Origin is refused at every address", async () => {
		for (const path of addresses()) {
			const { status, body } = await call(furnace, { path, headers: { origin: "https://attacker.example" } });
			assert.equal(status, 403, path);
			assert.equal((JSON.parse(body) as Problem).code, "foreign-origin", path);
		}
	});

	test("another site cannot start a recording, and nothing starts", async () => {
		const path = `/api/v1/namespaces/${LOCAL_NAMESPACE}/pods/${pod}/agent/recordings`;
		const body = JSON.stringify({ profiler: "perf", durationSeconds: 1 });
		for (const headers of [
			{ origin: "https://attacker.example", "content-type": "text/plain" },
			{ origin: "null", "content-type": "application/json" },
			{ host: `attacker.example:${new URL(furnace.url).port}`, "content-type": "application/json" },
		]) {
			assert.equal((await call(furnace, { path, method: "POST", headers, body })).status, 403);
		}
		const { body: list } = await call(furnace, { path });
		assert.deepEqual(JSON.parse(list), { items: [] });
	});

	test("this machine's own names pass", async () => {
		const { port } = new URL(furnace.url);
		for (const name of ["127.0.0.1", "localhost", "[::1]"]) {
			const { status } = await call(furnace, {
				path: "/api/v1/namespaces",
				headers: { host: `${name}:${port}` },
			});
			assert.equal(status, 200, name);
		}
	});
});

interface Call {
	path: string;
	method?: string;
	headers?: Record<string, string>;
	body?: string;
}

/** Plain HTTP, because fetch forbids Host and Origin. */
function call(
	furnace: Furnace,
	{ path, method = "GET", headers = {}, body }: Call,
): Promise<{ status: number; body: string }> {
	return new Promise((resolve, reject) => {
		const sent = request(furnace.url + path, { method, headers }, (response) => {
			let text = "";
			response.setEncoding("utf8");
			response.on("data", (chunk) => {
				text += chunk;
			});
			response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
		});
		sent.on("error", reject);
		sent.end(body);
	});
}
