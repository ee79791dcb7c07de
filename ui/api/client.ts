import { type Client, createClient, fillPath } from "../../contract/client.ts";
import { PROXY_PREFIX, serverRoutes } from "../../contract/server-routes.ts";
import { session } from "../session/current.ts";
import { signedInClient } from "./signed-in-client.ts";

export const server = signedInClient(createClient({ baseUrl: "", headers: authorization }), session);

/** The agent of one pod, reached through the server's proxy route. */
export function agentOf(namespace: string, pod: string): Client {
	return server.below(fillPath(PROXY_PREFIX, { namespace, pod }));
}

/** Asks the server whether it takes this token. @throws ProblemError `unauthenticated`, and all other failures */
export async function tryToken(token: string): Promise<void> {
	const client = createClient({ baseUrl: "", headers: () => ({ authorization: `Bearer ${token}` }) });
	await client.call(serverRoutes.listNamespaces, {});
}

/** Where a proxy in front adds the token, or none is needed, there is none to send. */
function authorization(): Record<string, string> {
	const token = session.token();
	return token === null ? {} : { authorization: `Bearer ${token}` };
}
