import { type Agent, request } from "node:https";

/** @returns the local port of the connection that was used */
export async function getOver(agent: Agent, port: number): Promise<number> {
	return (await ask(agent, port)).localPort;
}

/** Asks `/healthz` over a connection that the agent keeps. */
export function ask(
	agent: Agent,
	port: number,
): Promise<{ localPort: number; headers: Record<string, string | string[] | undefined> }> {
	return new Promise((resolve, reject) => {
		const outgoing = request({ host: "127.0.0.1", port, path: "/healthz", agent });
		outgoing.once("error", reject);
		outgoing.once("response", (incoming) => {
			const localPort = incoming.socket.localPort ?? 0;
			incoming.resume().once("end", () => resolve({ localPort, headers: incoming.headers }));
		});
		outgoing.end();
	});
}
