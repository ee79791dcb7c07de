import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SAMPLE_ID } from "../../contract/testing/sample-recording.ts";
import type { Message } from "../testing/send.ts";
import { AGENT_TOKEN, startServer } from "../testing/start-server.ts";

const AGENT = { authorization: `Bearer ${AGENT_TOKEN}` };
const UPLOAD = `/agent/v1/recordings/${SAMPLE_ID}`;

describe("registration", () => {
	test("a registered agent makes its pod ready", async (t) => {
		const { send, register } = await startServer(t);
		const stateOf = async () =>
			((await send("/api/v1/namespaces/local/pods")).json as { items: { agent: { state: string } }[] })
				.items[0]?.agent.state;
		assert.equal(await stateOf(), "absent");
		const answer = await register();
		assert.deepEqual([answer.status, answer.json], [200, { heartbeatSeconds: 10 }]);
		assert.equal(await stateOf(), "ready");
	});

	test("an agent that missed three heartbeats is lost", async (t) => {
		let now = Date.now();
		const { send, register } = await startServer(t, { clock: () => now });
		await register();
		now += 31_000;
		const { json } = await send("/api/v1/namespaces/local/pods");
		assert.match(JSON.stringify(json), /"state":"lost"/);
		assert.equal(
			(await send("/api/v1/namespaces/local/pods/demo-1/agent/targets")).code,
			"agent-not-registered",
		);
	});

	test("the answer carries the roots that are trusted now", async (t) => {
		let ca = "one";
		const { register } = await startServer(t, { agentCa: () => ca });
		assert.deepEqual((await register()).json, { heartbeatSeconds: 10, ca: "one" });
		ca = "two";
		assert.deepEqual((await register()).json, { heartbeatSeconds: 10, ca: "two" });
	});

	test("a clock that is set loses no agent", async (t) => {
		const { send, register } = await startServer(t);
		await register();
		const now = Date.now();
		t.mock.method(Date, "now", () => now + 3_600_000);
		const { json } = await send("/api/v1/namespaces/local/pods");
		assert.match(JSON.stringify(json), /"state":"ready"/);
	});

	test("no token, a foreign one, another scheme: 401 before anything else is looked at", async (t) => {
		const { send } = await startServer(t);
		const headers: (Record<string, string> | undefined)[] = [
			undefined,
			{ authorization: "Bearer other" },
			{ authorization: `Basic ${AGENT_TOKEN}` },
			{ authorization: AGENT_TOKEN },
			{ authorization: `Bearer ${AGENT_TOKEN} ${AGENT_TOKEN}` },
		];
		for (const header of headers) {
			const message: Message = {
				method: "POST",
				headers: { "content-type": "text/nonsense", ...header },
				body: "{",
			};
			for (const path of ["/register", UPLOAD]) {
				const method = path === UPLOAD ? "PUT" : "POST";
				const answer = await send(path, { ...message, method });
				assert.deepEqual([answer.status, answer.code], [401, "agent-unauthenticated"]);
			}
		}
	});

	test("an agent of a newer protocol is told so", async (t) => {
		const { send } = await startServer(t);
		const body = JSON.stringify({ protocol: 99, version: "9", instance: "1", serves: "pod" });
		const answer = await send("/register", {
			method: "POST",
			headers: { ...AGENT, "content-type": "application/json" },
			body,
		});
		assert.equal(answer.code, "invalid-request");
		assert.match(answer.body.toString(), /protocol 99/);
	});

	test("a flood is answered 429 without a look at the tokens", async (t) => {
		let reviews = 0;
		const { app } = await startServer(t, {
			trust: {
				review: async () => {
					reviews++;
					return null;
				},
				addressOf: async () => null,
			},
		});
		const register = () =>
			app.inject({
				method: "POST",
				url: "/register",
				headers: { host: "localhost", authorization: "Bearer x" },
			});
		const statuses: number[] = [];
		while (statuses.length < 3_100) {
			const batch = await Promise.all(Array.from({ length: 100 }, register));
			statuses.push(...batch.map(({ statusCode }) => statusCode));
		}
		assert.equal(statuses.filter((status) => status === 429).length, 100);
		assert.equal(reviews, 3_000);
	});
});
