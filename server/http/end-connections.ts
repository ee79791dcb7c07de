import type { ServerResponse } from "node:http";
import type { FastifyInstance } from "fastify";

/**
 * From now on each answer ends its connection: who keeps one open would go on sending here until it is cut, in the
 * middle of a request. Costs nothing before it is called.
 */
export function endConnections(app: FastifyInstance): void {
	app.server.prependListener("request", (_request, response: ServerResponse) => {
		response.setHeader("connection", "close");
	});
}
