import { once } from "node:events";
import { createServer, type Server } from "node:http";

/** Answers `GET /healthz` on this port of all addresses: the event loop turns. */
export async function serveHealth(port: number): Promise<Server> {
	const server = createServer((request, response) => {
		const isKnown = request.method === "GET" && request.url === "/healthz";
		response.writeHead(isKnown ? 200 : 404, { "content-type": "text/plain" });
		response.end(isKnown ? "ok\n" : "not found\n");
	});
	server.listen(port);
	await once(server, "listening");
	return server;
}
