import assert from "node:assert/strict";
import { describe, test } from "node:test";
import Fastify from "fastify";
import { PROBLEM_MEDIA_TYPE, ProblemError, toProblem } from "../../contract/problem.ts";
import { SAMPLE_ID, sampleRecording } from "../../contract/testing/sample-recording.ts";
import { BELOW, RECORDING, startWithAgent } from "../testing/start-agent.ts";
import { startServer } from "../testing/start-server.ts";

const JSON_TYPE = { "content-type": "application/json" };

describe("the proxy route", () => {
	test("passes JSON on, with the pod's path at the agent", async (t) => {
		const { send, seen } = await startWithAgent(t, (agent) => {
			agent.get("/pods/:pod/targets", async () => ({ items: [] }));
		});
		const answer = await send(`${BELOW}/targets`);
		assert.deepEqual([answer.status, answer.json], [200, { items: [] }]);
		assert.equal(answer.headers["content-type"], "application/json; charset=utf-8");
		assert.equal(seen[0]?.url, "/pods/demo-1/targets");
	});

	test("starts, stops and deletes recordings", async (t) => {
		const bodies: unknown[] = [];
		const { send } = await startWithAgent(t, (agent) => {
			agent.post("/pods/demo-1/recordings", async (request, reply) => {
				bodies.push(request.body);
				return reply.code(201).send(sampleRecording());
			});
			agent.post("/pods/demo-1/recordings/:id/stop", async (request, reply) => {
				bodies.push(request.body);
				return reply.code(202).send(sampleRecording());
			});
			agent.delete("/pods/demo-1/recordings/:id", async (_request, reply) => reply.code(204).send());
		});
		const body = JSON.stringify({ profiler: "perf", frequency: 99 });
		const started = await send(`${BELOW}/recordings`, { method: "POST", headers: JSON_TYPE, body });
		assert.deepEqual([started.status, started.json], [201, sampleRecording()]);
		assert.equal((await send(`${RECORDING}/stop`, { method: "POST" })).status, 202);
		const deleted = await send(RECORDING, { method: "DELETE" });
		assert.deepEqual([deleted.status, deleted.body.length], [204, 0]);
		assert.deepEqual(bodies, [{ profiler: "perf", frequency: 99 }, undefined]);
	});

	test("refuses bad recording requests before an agent sees them", async (t) => {
		const { send, seen } = await startWithAgent(t, () => {});
		const bad = [
			'{"profiler":"perf","durationSeconds":0}',
			'{"profiler":"perf","durationSeconds":1e99}',
			'{"profiler":"perf","durationSeconds":NaN}',
			'{"profiler":"perf","frequency":1000000}',
			'{"profiler":"perf","frequency":true}',
			'{"profiler":"perf","pid":null}',
			'{"profiler":"rm -rf"}',
			'{"profiler":"perf","unknown":1}',
			"[]",
			"null",
		];
		for (const body of bad) {
			const { status, code } = await send(`${BELOW}/recordings`, {
				method: "POST",
				headers: JSON_TYPE,
				body,
			});
			assert.deepEqual([status, code], [400, "invalid-request"], body);
		}
		assert.equal(seen.length, 0);
	});

	test("passes problems on, and nothing of the caller's credentials or forwarding headers", async (t) => {
		const { send, seen } = await startWithAgent(t, (agent) => {
			agent.get("/pods/demo-1/recordings/:id", async (_request, reply) =>
				reply
					.code(404)
					.type(PROBLEM_MEDIA_TYPE)
					.send(JSON.stringify(toProblem(new ProblemError("recording-not-found")))),
			);
		});
		const secrets = {
			authorization: "Bearer canary",
			cookie: "session=canary",
			forwarded: "for=canary",
			"x-forwarded-for": "canary",
			"impersonate-user": "canary",
			"x-anything": "canary",
			"if-none-match": "canary",
			connection: "keep-alive, x-request-id",
		};
		const answer = await send(RECORDING, { headers: secrets });
		assert.deepEqual([answer.status, answer.code], [404, "recording-not-found"]);
		const headers = seen[0]?.headers ?? {};
		assert.doesNotMatch(JSON.stringify(headers), /canary/);
		assert.deepEqual(Object.keys(headers).sort(), ["accept", "connection", "host", "x-request-id"]);
	});

	test("a pod or namespace that is not there, an agent that never registered or does not answer", async (t) => {
		const server = await startServer(t);
		const codeOf = async (path: string) => (await server.send(path)).code;
		assert.equal(await codeOf("/api/v1/namespaces/local/pods/other/agent/targets"), "pod-not-found");
		assert.equal(await codeOf("/api/v1/namespaces/other/pods/demo-1/agent/targets"), "pod-not-found");
		assert.equal(await codeOf(`${BELOW}/targets`), "agent-not-registered");
		await server.register();
		assert.equal(await codeOf(`${BELOW}/targets`), "agent-unreachable");
	});

	test("an agent that comes back is reached again", async (t) => {
		const server = await startWithAgent(t, (agent) => {
			agent.get("/pods/demo-1/targets", async () => ({ items: [] }));
		});
		assert.equal((await server.send(`${BELOW}/targets`)).status, 200);
		await server.agent.close();
		assert.equal((await server.send(`${BELOW}/targets`)).code, "agent-unreachable");
		const next = Fastify();
		next.get("/pods/demo-1/targets", async () => ({ items: [] }));
		await next.listen({ path: server.agentSocket });
		t.after(() => next.close());
		assert.equal((await server.send(`${BELOW}/targets`)).status, 200);
	});

	test("nothing but the contract's routes reaches an agent", async (t) => {
		const { send, seen } = await startWithAgent(t, (agent) => {
			agent.all("/*", async () => ({ reached: true }));
		});
		const paths = [
			"",
			"/",
			"/nothing",
			"/targets/",
			"/targets/more",
			"//targets",
			"/../targets",
			"/%2e%2e/targets",
			"/..%2ftargets",
			"/recordings/..%2f..%2f..%2fsecrets",
			"/recordings/%2e%2e",
			"/recordings/..",
			"/recordings/../targets",
			"/recordings/0123456789abcdef%00",
			"/recordings/0123456789abcdef%2fstop",
			"/recordings/0123456789abcdef/profile/..",
			"/recordings/0123456789abcdef\\..\\x",
			"/recordings/http:%2f%2fevil.example%2f",
			"//evil.example/targets",
			"/targets%3fx=1",
			"/targets;x=1",
			"/register",
		];
		for (const path of paths) {
			const { status, json } = await send(`${BELOW}${path}`);
			assert.ok(status === 404 || status === 400, `${path} answered ${status} ${JSON.stringify(json)}`);
		}
		for (const method of ["PUT", "PATCH", "OPTIONS", "HEAD", "TRACE"]) {
			assert.equal((await send(`${BELOW}/targets`, { method })).status, 405, method);
		}
		assert.deepEqual(
			seen.map(({ url }) => url),
			[],
		);
	});

	test("a query cannot add parameters of its own", async (t) => {
		const { send, seen } = await startWithAgent(t, (agent) => {
			agent.get("/pods/demo-1/recordings/:id/profile", async () => "x");
			agent.get("/pods/demo-1/targets", async () => ({ items: [] }));
		});
		await send(`${RECORDING}/profile?format=folded&admin=1&path=/etc/passwd`);
		await send(`${BELOW}/targets?admin=1`);
		const twice = await send(`${RECORDING}/profile?format=folded&format=svg`);
		assert.equal(twice.code, "invalid-request");
		assert.deepEqual(
			seen.map(({ url }) => url),
			[`/pods/demo-1/recordings/${SAMPLE_ID}/profile?format=folded`, "/pods/demo-1/targets"],
		);
	});
});
