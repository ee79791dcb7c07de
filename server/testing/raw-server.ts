import { createServer, type Server, type Socket } from "node:net";
import type { TestContext } from "node:test";

/** A server on a socket file that answers each request with exactly these bytes; `answer` may also misbehave. */
export async function startRawServer(
	t: TestContext,
	socketPath: string,
	answer: (socket: Socket, request: string) => void,
): Promise<Server> {
	const sockets = new Set<Socket>();
	const server = createServer((socket) => {
		sockets.add(socket);
		socket.on("error", () => {});
		socket.on("close", () => sockets.delete(socket));
		socket.on("data", (chunk) => answer(socket, chunk.toString("latin1")));
	});
	await new Promise<void>((resolve) => server.listen(socketPath, resolve));
	t.after(() => {
		for (const socket of sockets) socket.destroy();
		server.close();
	});
	return server;
}

/** An HTTP response as bytes. */
export function response(status: string, headers: Record<string, string>, body = ""): string {
	const lines = Object.entries({ "content-length": String(Buffer.byteLength(body)), ...headers });
	return `HTTP/1.1 ${status}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`;
}
