import assert from "node:assert/strict";
import { connect } from "node:net";
import { describe, test } from "node:test";
import { Value } from "typebox/value";
import { Problem } from "../../contract/problem.ts";
import type { Message } from "../testing/send.ts";
import { AGENT_TOKEN, startServer } from "../testing/start-server.ts";
import { JSON_BODY_BYTES } from "./limits.ts";

const AGENT = { authorization: `Bearer ${AGENT_TOKEN}`, "content-type": "application/json" };

interface Case {
	name: string;
	path: string;
	message?: Message;
	status: number;
	code: string;
}

const CASES: Case[] = [
	{ name: "an unknown address", path: "/nowhere", status: 404, code: "not-found" },
	{ name: "an unknown API address", path: "/api/v1/nothing", status: 404, code: "not-found" },
	{ name: "a method it does not take", path: "/register", status: 405, code: "method-not-allowed" },
	{
		name: "a method that a parametrised address does not take",
		path: "/api/v1/recordings/0123456789abcdef",
		message: { method: "PATCH" },
		status: 405,
		code: "method-not-allowed",
	},
	{
		name: "a body that is not JSON",
		path: "/register",
		message: { method: "POST", headers: AGENT, body: "{" },
		status: 400,
		code: "invalid-request",
	},
	{
		name: "a body of another kind",
		path: "/register",
		message: { method: "POST", headers: { ...AGENT, "content-type": "text/plain" }, body: "x" },
		status: 415,
		code: "unsupported-media-type",
	},
	{
		name: "a body with an unknown field",
		path: "/register",
		message: {
			method: "POST",
			headers: AGENT,
			body: '{"protocol":1,"version":"1","instance":"1","serves":"pod","extra":1}',
		},
		status: 400,
		code: "invalid-request",
	},
	{
		name: "a body that would have to be made to fit",
		path: "/register",
		message: {
			method: "POST",
			headers: AGENT,
			body: '{"protocol":true,"version":"1","instance":"1","serves":"pod"}',
		},
		status: 400,
		code: "invalid-request",
	},
	{
		name: "a body with a prototype",
		path: "/register",
		message: { method: "POST", headers: AGENT, body: '{"__proto__":{"protocol":1}}' },
		status: 400,
		code: "invalid-request",
	},
	{
		name: "a body that is too large",
		path: "/register",
		message: { method: "POST", headers: AGENT, body: " ".repeat(JSON_BODY_BYTES + 1) },
		status: 413,
		code: "too-large",
	},
	{ name: "an id that is none", path: "/api/v1/recordings/UPPER-CASE", status: 400, code: "invalid-request" },
	{
		name: "a format that is none",
		path: "/api/v1/recordings/0123456789abcdef/profile?format=exe",
		status: 400,
		code: "invalid-request",
	},
	{
		name: "an unknown recording",
		path: "/api/v1/recordings/0123456789abcdef",
		status: 404,
		code: "recording-not-found",
	},
	{
		name: "an unknown namespace",
		path: "/api/v1/namespaces/other/pods",
		status: 404,
		code: "namespace-not-found",
	},
	{
		name: "a name with an encoded slash",
		path: "/api/v1/namespaces/a%2fb/pods",
		status: 400,
		code: "invalid-request",
	},
	{
		name: "a name with an encoded zero",
		path: "/api/v1/namespaces/a%00/pods",
		status: 400,
		code: "invalid-request",
	},
	{
		name: "a name that goes up",
		path: "/api/v1/namespaces/%2e%2e/pods",
		status: 400,
		code: "invalid-request",
	},
	{ name: "broken percent encoding", path: "/%zz", status: 400, code: "invalid-request" },
	{ name: "broken UTF-8", path: "/api/v1/namespaces/%ff/pods", status: 400, code: "invalid-request" },
	{
		name: "a name that is too long",
		path: `/api/v1/namespaces/${"a".repeat(300)}/pods`,
		status: 404,
		code: "not-found",
	},
	{
		name: "a cluster's agent without a token",
		path: "/register",
		message: { method: "POST", body: "{}", headers: { "content-type": "application/json" } },
		status: 401,
		code: "agent-unauthenticated",
	},
];

describe("every error is problem details", () => {
	for (const { name, path, message, status, code } of CASES) {
		test(name, async (t) => {
			const { send } = await startServer(t);
			const answer = await send(path, message);
			assert.deepEqual({ status: answer.status, code: answer.code }, { status, code });
			assert.equal(answer.headers["content-type"], "application/problem+json");
			assert.equal(answer.headers["x-content-type-options"], "nosniff");
			assert.equal(answer.headers["cache-control"], "no-store");
			assert.ok(Value.Check(Problem, answer.json));
			if (status === 405) assert.ok(answer.headers.allow);
		});
	}

	test("a fault of our own says nothing of its inside", async (t) => {
		const { send } = await startServer(t, {
			pods: {
				namespaces: () => Promise.reject(new Error("the password is swordfish")),
				pods: async () => null,
				pod: async () => null,
			},
		});
		const answer = await send("/api/v1/namespaces");
		assert.deepEqual([answer.status, answer.code], [500, "internal"]);
		assert.doesNotMatch(answer.body.toString(), /swordfish/);
		assert.equal((answer.json as Problem).requestId, answer.headers["x-request-id"]);
	});

	test("a request id from outside is not taken over", async (t) => {
		const { send } = await startServer(t);
		const answer = await send("/nowhere", { headers: { "request-id": "forged", "x-request-id": "forged" } });
		assert.notEqual((answer.json as Problem).requestId, "forged");
	});
});

describe("what is not HTTP", () => {
	const start = "GET / HTTP/1.1\r\nHost: localhost\r\n";
	const cases: [string, string, number, string][] = [
		["nonsense", "nonsense\r\n\r\n", 400, "invalid-request"],
		["headers without end", `${start}X: ${"x".repeat(20_000)}\r\n\r\n`, 431, "headers-too-large"],
		[
			"two lengths of one body",
			"POST /register HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
			400,
			"invalid-request",
		],
		["a header without a name", `${start}: x\r\n\r\n`, 400, "invalid-request"],
	];
	for (const [name, bytes, status, code] of cases) {
		test(`${name}: problem details, then the connection ends`, async (t) => {
			const { origin } = await startServer(t);
			const text = await exchange(Number(new URL(origin).port), bytes);
			assert.match(text, new RegExp(`^HTTP/1.1 ${status} `));
			const body = JSON.parse(text.slice(text.indexOf("\r\n\r\n") + 4));
			assert.equal(body.code, code);
		});
	}
});

/** @returns what the server sends until it closes the connection */
function exchange(port: number, bytes: string): Promise<string> {
	return new Promise((resolve, reject) => {
		const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
		let text = "";
		socket.on("data", (chunk) => {
			text += chunk.toString();
		});
		socket.once("error", reject);
		socket.once("close", () => resolve(text));
	});
}
