import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import { ProblemError } from "../../contract/problem.ts";
import type { Archive } from "../archive/archive.ts";

const Health = Type.Object({ status: Type.String(), version: Type.String() });

export interface HealthOptions {
	archive: Archive;
	version: string;
	/** why it cannot do its work, in one sentence; undefined: it can */
	notReady?: (() => string | undefined) | undefined;
}

/** `/healthz`: the process answers. `/readyz`: it can do its work, and is not about to stop. */
export async function healthRoutes(
	app: FastifyInstance,
	{ archive, version, notReady }: HealthOptions,
): Promise<void> {
	let closing = false;
	app.addHook("preClose", async () => {
		closing = true;
	});
	const options = (summary: string) => ({
		logLevel: "warn" as const,
		schema: { tags: ["operation"], summary, response: { 200: { description: "OK", ...plain(Health) } } },
	});
	app.get("/healthz", options("Is the server alive?"), async () => ({ status: "ok", version }));
	app.get("/readyz", options("Can the server do its work?"), async () => {
		const reason = closing ? "The server is stopping." : notReady?.();
		if (reason !== undefined) throw new ProblemError("not-ready", reason);
		await archive.check();
		return { status: "ready", version };
	});
}

function plain(schema: object): object {
	return JSON.parse(JSON.stringify(schema));
}
