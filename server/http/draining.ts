import type { FastifyInstance, FastifyReply } from "fastify";
import { CLOSE_GRACE_MS } from "./limits.ts";

/** Answers that go on for as long as the client likes; they would hold up closing for ever. */
export interface EndlessReplies {
	add(reply: FastifyReply): void;
}

/**
 * Orderly closing: endless replies end at once, the others get a few seconds, then their connections are cut.
 * @returns where endless replies report themselves
 */
export function drainOnClose(app: FastifyInstance): EndlessReplies {
	const endless = new Set<FastifyReply>();
	app.addHook("preClose", async () => {
		for (const reply of endless) reply.raw.destroy();
		const timer = setTimeout(() => app.server.closeAllConnections(), CLOSE_GRACE_MS);
		app.server.once("close", () => clearTimeout(timer));
		timer.unref();
	});
	return {
		add(reply) {
			endless.add(reply);
			reply.raw.once("close", () => endless.delete(reply));
		},
	};
}
