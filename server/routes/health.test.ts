import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { startServer } from "../testing/start-server.ts";

describe("health and metrics", () => {
	test("ready while the archive can be written, alive in any case", async (t) => {
		const { send, directory } = await startServer(t);
		assert.deepEqual((await send("/healthz")).json, { status: "ok", version: "0.0.0-test" });
		assert.deepEqual((await send("/readyz")).json, { status: "ready", version: "0.0.0-test" });
		await rm(join(directory, "archive"), { recursive: true });
		const answer = await send("/readyz");
		assert.deepEqual([answer.status, answer.code], [503, "archive-unavailable"]);
		assert.doesNotMatch(
			answer.body.toString(),
			new RegExp(directory),
			"no paths of the server in its answers",
		);
		assert.equal((await send("/healthz")).status, 200);
	});

	test("not ready while it lacks something, and says what", async (t) => {
		let missing: string | undefined = "The server still waits for: pods.";
		const { send } = await startServer(t, { notReady: () => missing });
		const answer = await send("/readyz");
		assert.deepEqual([answer.status, answer.code], [503, "not-ready"]);
		assert.match(answer.body.toString(), /waits for: pods/);
		assert.equal((await send("/healthz")).status, 200);
		missing = undefined;
		assert.equal((await send("/readyz")).status, 200);
	});

	test("metrics count agents, recordings and requests by the route's pattern", async (t) => {
		const { send, register } = await startServer(t);
		await register();
		await send("/api/v1/recordings/0123456789abcdef");
		await send("/nowhere/canary");
		const answer = await send("/metrics");
		assert.match(String(answer.headers["content-type"]), /^text\/plain/);
		const text = answer.body.toString();
		assert.match(text, /^furnace_agents\{state="ready"\} 1$/m);
		assert.match(text, /^furnace_archive_recordings\{state="stored"\} 0$/m);
		assert.match(text, /^furnace_registrations_total\{outcome="registered"\} 1$/m);
		assert.match(text, /route="\/api\/v1\/recordings\/:id",status="404"\} 1$/m);
		assert.doesNotMatch(text, /canary|0123456789abcdef/);
	});

	test("two servers in one process count apart", async (t) => {
		const [one, other] = [await startServer(t), await startServer(t)];
		await one.register();
		assert.match((await other.send("/metrics")).body.toString(), /^furnace_agents\{state="ready"\} 0$/m);
	});
});
