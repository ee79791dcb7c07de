import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { REGISTRATION, serverName } from "../contract/names.ts";
import { makeLeaf, makeRoot } from "../server/testing/certificates.ts";
import { FURNACE_NAMESPACE } from "./stand-in-cluster.ts";

/** Servers as an agent sees them: they answer heartbeats. All on one port, each at an address of its own. */
export interface Replicas {
	readonly url: string;
	/** PEM */
	readonly ca: string;
	/** heartbeats answered so far, by address */
	heartbeats(): readonly number[];
	close(): Promise<void>;
}

export async function startReplicas(options: {
	addresses: readonly string[];
	heartbeatSeconds: number;
}): Promise<Replicas> {
	const root = await makeRoot();
	const name = serverName(FURNACE_NAMESPACE);
	const { cert, key } = await makeLeaf(root, [name]);
	const answer = JSON.stringify({ heartbeatSeconds: options.heartbeatSeconds, ca: root.cert });
	const heartbeats = options.addresses.map(() => 0);
	let port = 0;
	const servers: Server[] = [];
	for (const [index, address] of options.addresses.entries()) {
		const server = createServer({ cert, key }, (request, response) => {
			if (request.url === REGISTRATION.path) heartbeats[index] = (heartbeats[index] ?? 0) + 1;
			request.resume().on("end", () => response.end(answer));
		});
		await new Promise<void>((resolve) => server.listen(port, address, resolve));
		({ port } = server.address() as AddressInfo);
		servers.push(server);
	}
	return {
		url: `https://${name}:${port}`,
		ca: root.cert,
		heartbeats: () => heartbeats,
		async close() {
			for (const server of servers) server.close().closeAllConnections();
		},
	};
}
