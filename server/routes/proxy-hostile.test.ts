import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { describe, type TestContext, test } from "node:test";
import { SAMPLE_ID } from "../../contract/testing/sample-recording.ts";
import { response, startRawServer } from "../testing/raw-server.ts";
import { startServer, type TestServer } from "../testing/start-server.ts";

const BELOW = "/api/v1/namespaces/local/pods/demo-1/agent";
const TIMEOUTS = { connect: 1000, headers: 300, body: 300 };
const JSON_HEADERS = { "content-type": "application/json" };

/** A server whose registered agent answers every request by `answer`. */
async function startHostile(t: TestContext, answer: (socket: Socket) => void): Promise<TestServer> {
	const server = await startServer(t, { agentTimeouts: TIMEOUTS });
	await startRawServer(t, server.agentSocket, (socket) => answer(socket));
	await server.register();
	return server;
}

const bad = (name: string, bytes: string, code = "bad-agent-response") => ({ name, bytes, code });

const ANSWERS = [
	bad("a redirect", response("302 Found", { location: "http://169.254.169.254/" })),
	bad("a redirect with JSON", response("307 Temporary Redirect", { location: "/x", ...JSON_HEADERS }, "{}")),
	bad("HTML", response("200 OK", { "content-type": "text/html" }, "<script>1</script>")),
	bad("SVG", response("200 OK", { "content-type": "image/svg+xml" }, "<svg/>")),
	bad("no content type", response("200 OK", {}, "{}")),
	bad("an error that is not a problem", response("500 Oops", { "content-type": "text/html" }, "<b>oops</b>")),
	bad("a login", response("401 Unauthorized", { "content-type": "application/problem+json" }, "{}")),
	bad("another success", response("206 Partial Content", JSON_HEADERS, "{}")),
	bad("an encoding", response("200 OK", { ...JSON_HEADERS, "content-encoding": "gzip" }, "x")),
	bad("a status that is none", response("999 Odd", JSON_HEADERS, "{}")),
	bad("a huge length", response("200 OK", { ...JSON_HEADERS, "content-length": "99999999999" })),
	bad("huge headers", response("200 OK", { ...JSON_HEADERS, "x-big": "x".repeat(100_000) }, "{}")),
	bad("bytes that are not HTTP", "SSH-2.0-OpenSSH_9.9\r\n\r\n"),
	bad("two different lengths", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}"),
];

describe("a hostile agent", () => {
	for (const { name, bytes, code } of ANSWERS) {
		test(`answers ${name}: ${code}, and nothing of it comes through`, async (t) => {
			const { send } = await startHostile(t, (socket) => socket.write(bytes));
			const answer = await send(`${BELOW}/targets`);
			assert.deepEqual([answer.status, answer.code], [502, code]);
			assert.equal(answer.headers["content-type"], "application/problem+json");
			assert.equal(answer.headers.location, undefined);
		});
	}

	test("its headers do not come through", async (t) => {
		const headers = {
			...JSON_HEADERS,
			"set-cookie": "session=evil",
			location: "http://evil.example",
			"access-control-allow-origin": "*",
			"content-security-policy": "default-src *",
			"strict-transport-security": "max-age=1",
			"clear-site-data": '"*"',
			refresh: "0; url=http://evil.example",
			link: "<http://evil.example>; rel=preload",
			server: "evil",
			"x-request-id": "evil",
			"keep-alive": "timeout=1000",
			upgrade: "h2c",
			connection: "x-content-type-options",
		};
		const { send } = await startHostile(t, (socket) => socket.write(response("200 OK", headers, "{}")));
		const answer = await send(`${BELOW}/targets`);
		assert.equal(answer.status, 200);
		assert.doesNotMatch(JSON.stringify(answer.headers), /evil|\*|h2c|timeout=1000/);
		assert.equal(answer.headers["x-content-type-options"], "nosniff");
	});

	test("never answers: timed-out", async (t) => {
		const { send } = await startHostile(t, () => {});
		const { status, code } = await send(`${BELOW}/targets`);
		assert.deepEqual([status, code], [504, "timed-out"]);
	});

	test("dribbles its headers: timed-out", async (t) => {
		const { send } = await startHostile(t, (socket) => {
			socket.write("HTTP/1.1 200 OK\r\n");
			const timer = setInterval(() => socket.write("x-drip: 1\r\n"), 50);
			socket.once("close", () => clearInterval(timer));
		});
		assert.equal((await send(`${BELOW}/targets`)).code, "timed-out");
	});

	test("hangs up: agent-unreachable", async (t) => {
		const { send } = await startHostile(t, (socket) => socket.destroy());
		const { status, code } = await send(`${BELOW}/targets`);
		assert.deepEqual([status, code], [502, "agent-unreachable"]);
	});

	test("falls silent in the middle of a body: the answer is cut, not held open", async (t) => {
		const { send } = await startHostile(t, (socket) => {
			socket.write(response("200 OK", { ...JSON_HEADERS, "content-length": "100" }, "{"));
		});
		await assert.rejects(send(`${BELOW}/targets`), { code: "ECONNRESET" });
	});

	test("sends without end: cut at the limit of its kind", async (t) => {
		const block = Buffer.alloc(1024 * 1024, 32);
		const chunk = Buffer.concat([
			Buffer.from(`${block.length.toString(16)}\r\n`),
			block,
			Buffer.from("\r\n"),
		]);
		let sent = 0;
		const { send } = await startHostile(t, (socket) => {
			socket.write("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n");
			const pump = (): void => {
				while (!socket.destroyed && sent < 200) {
					sent++;
					if (!socket.write(chunk)) return void socket.once("drain", pump);
				}
			};
			pump();
		});
		await assert.rejects(send(`${BELOW}/targets`), { code: "ECONNRESET" });
		assert.ok(sent < 100, `${sent} MiB were taken`);
	});

	test("sends a profile that is none, to be rendered: bad-agent-response", async (t) => {
		const { send } = await startHostile(t, (socket) => {
			socket.write(
				response("200 OK", { "content-type": "application/octet-stream" }, "<svg onload=alert(1)>"),
			);
		});
		const answer = await send(`${BELOW}/recordings/${SAMPLE_ID}/profile?format=svg`);
		assert.deepEqual([answer.status, answer.code], [502, "bad-agent-response"]);
	});
});
