import type { TestContext } from "node:test";
import Fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import { SAMPLE_ID } from "../../contract/testing/sample-recording.ts";
import { startServer, type TestServer } from "./start-server.ts";

/** Addresses below the proxy route of the one pod there is. */
export const BELOW = "/api/v1/namespaces/local/pods/demo-1/agent";
export const RECORDING = `${BELOW}/recordings/${SAMPLE_ID}`;

export interface ServerWithAgent extends TestServer {
	agent: FastifyInstance;
	/** requests that reached the agent */
	seen: FastifyRequest[];
}

/** A server with a registered agent that answers on its socket, routes added by `fill`. */
export async function startWithAgent(
	t: TestContext,
	fill: (agent: FastifyInstance) => void,
): Promise<ServerWithAgent> {
	const server = await startServer(t);
	const agent = Fastify();
	const seen: FastifyRequest[] = [];
	agent.addHook("onRequest", async (request) => void seen.push(request));
	fill(agent);
	await agent.listen({ path: server.agentSocket });
	t.after(() => agent.close());
	await server.register();
	return { ...server, agent, seen };
}
