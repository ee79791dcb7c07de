import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { SAMPLE_ID, sampleRecording } from "../../contract/testing/sample-recording.ts";
import { sampleProfile } from "../testing/sample-profile.ts";
import { BELOW, startWithAgent } from "../testing/start-agent.ts";
import { AGENT_TOKEN, startServer, type TestServer } from "../testing/start-server.ts";

const BROTLI = { "accept-encoding": "gzip, deflate, br, zstd" };

async function withRecording(server: TestServer): Promise<void> {
	const log = Array.from({ length: 50 }, () => "a line that perf says again and again");
	await server.send(`/agent/v1/recordings/${SAMPLE_ID}`, {
		method: "PUT",
		headers: { authorization: `Bearer ${AGENT_TOKEN}` },
		body: sampleProfile(sampleRecording({ log })),
	});
}

describe("compression of answers", () => {
	test("the page's files, as the caller takes them", async (t) => {
		const server = await startServer(t);
		const web = join(server.directory, "web");
		const script = "function again() { return 1; }\n".repeat(1000);
		await mkdir(join(web, "assets"), { recursive: true });
		await writeFile(join(web, "assets", "page.js"), script);
		const path = "/assets/page.js";
		const plain = await server.send(path);
		assert.equal(plain.headers["content-encoding"], undefined);
		assert.equal(plain.body.toString(), script);
		const brotli = await server.send(path, { headers: BROTLI });
		assert.deepEqual([brotli.headers["content-encoding"], brotli.headers.vary], ["br", "accept-encoding"]);
		assert.equal(brotliDecompressSync(brotli.body).toString(), script);
		const gzip = await server.send(path, { headers: { "accept-encoding": "gzip" } });
		assert.equal(gunzipSync(gzip.body).toString(), script);
		const { etag } = brotli.headers;
		const known = await server.send(path, { headers: { ...BROTLI, "if-none-match": String(etag) } });
		assert.deepEqual([known.status, known.body.length], [304, 0]);
	});

	test("JSON and text, but no profile that is compressed already", async (t) => {
		const server = await startServer(t);
		await withRecording(server);
		const list = await server.send("/api/v1/recordings", { headers: BROTLI });
		assert.equal(list.headers["content-encoding"], "br");
		assert.equal(JSON.parse(brotliDecompressSync(list.body).toString()).items.length, 1);
		const profile = `/api/v1/recordings/${SAMPLE_ID}/profile?format=`;
		const svg = await server.send(`${profile}svg`, { headers: BROTLI });
		assert.equal(svg.headers["content-encoding"], "br");
		assert.match(brotliDecompressSync(svg.body).toString(), /<\/svg>/);
		const pprof = await server.send(`${profile}pprof`, { headers: BROTLI });
		assert.equal(pprof.headers["content-encoding"], undefined);
		assert.equal(Number(pprof.headers["content-length"]), pprof.body.length);
	});

	test("not what an agent streams", async (t) => {
		const server = await startWithAgent(t, (agent) => {
			agent.get("/pods/demo-1/targets", async () => ({ items: [], padding: "x".repeat(5000) }));
		});
		const path = `${BELOW}/targets`;
		const { status, headers } = await server.send(path, { headers: BROTLI });
		assert.deepEqual([status, headers["content-encoding"]], [200, undefined]);
	});
});
