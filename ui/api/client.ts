import { type Client, createClient, fillPath } from "../../contract/client.ts";
import { PROXY_PREFIX } from "../../contract/server-routes.ts";

export const server = createClient({ baseUrl: "" });

/** The agent of one pod, reached through the server's proxy route. */
export function agentOf(namespace: string, pod: string): Client {
	return server.below(fillPath(PROXY_PREFIX, { namespace, pod }));
}
