import { TLSSocket } from "node:tls";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { ProblemError } from "../../contract/problem.ts";

/**
 * From here on (in this scope) the caller is a replica: its certificate is signed by the roots and has this name in it.
 * One signed by the roots alone would not do: they may come to sign others.
 */
export function requirePeer(app: FastifyInstance, name: string): void {
	app.addHook("onRequest", async (request) => {
		if (!isPeer(request, name))
			throw new ProblemError("forbidden", "This is for the server's replicas alone.");
	});
}

function isPeer({ raw: { socket } }: FastifyRequest, name: string): boolean {
	if (!(socket instanceof TLSSocket) || !socket.authorized) return false;
	const options = { subject: "never", wildcards: false } as const;
	return socket.getPeerX509Certificate()?.checkHost(name, options) !== undefined;
}
