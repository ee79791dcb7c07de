import assert from "node:assert/strict";
import { test } from "node:test";
import Fastify, { type FastifyBaseLogger } from "fastify";
import { createLogger } from "../http/logging.ts";
import { logFaultsOnly } from "./request-logger.ts";

test("requests log faults under their id, and nothing else", async (t) => {
	const lines: string[] = [];
	const write = (line: string) => void lines.push(line);
	const loggerInstance: FastifyBaseLogger = createLogger({ level: "trace" }, { write });
	const app = Fastify({ loggerInstance, genReqId: () => "request-7" });
	t.after(() => app.close());
	logFaultsOnly(app);
	app.get("/fault", (request) => {
		request.log.info("information");
		request.log.child({ part: "x" }).debug("detail");
		request.log.warn("warning");
		throw new Error("fault");
	});
	await app.inject("/fault");
	await app.inject("/nowhere");
	const logged = lines.map((line) => JSON.parse(line)).map(({ reqId, msg }) => `${reqId}: ${msg}`);
	assert.deepEqual(logged, ["request-7: warning", "request-7: fault"]);
});
