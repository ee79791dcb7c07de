import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startServer } from "../testing/start-server.ts";
import { createLogger } from "./logging.ts";

const CANARY = "canary-5f2c";

describe("the log", () => {
	test("has no credentials, whatever is asked and whatever fails", async (t) => {
		const lines: string[] = [];
		const logger = createLogger({ level: "trace" }, { write: (line) => void lines.push(line) });
		const { send, register } = await startServer(t, { logger });
		const headers = {
			authorization: `Bearer ${CANARY}`,
			cookie: `a=${CANARY}`,
			"proxy-authorization": CANARY,
		};
		await register();
		for (const path of ["/", "/register", "/api/v1/recordings", "/nowhere", "/%zz"]) {
			for (const method of ["GET", "POST"]) await send(path, { method, headers });
		}
		await send("/api/v1/namespaces/local/pods/demo-1/agent/targets", { headers });
		assert.ok(lines.length > 10);
		assert.doesNotMatch(lines.join(""), new RegExp(CANARY));
	});

	test("redacts headers wherever they are logged", () => {
		const lines: string[] = [];
		const logger = createLogger({ level: "info" }, { write: (line) => void lines.push(line) });
		const headers = { authorization: CANARY, cookie: CANARY, accept: "kept" };
		logger.info({ headers }, "1");
		logger.info({ request: { headers } }, "2");
		logger.info(headers, "3");
		logger.info({ token: CANARY, agent: { token: CANARY } }, "4");
		assert.doesNotMatch(lines.join(""), new RegExp(CANARY));
		assert.match(lines.join(""), /kept/);
	});
});
