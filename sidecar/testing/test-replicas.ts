import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { Registration, RegistrationAnswer } from "../../contract/registration.ts";
import type { TestCertificate } from "./certificates.ts";

/** Servers as an agent sees them: the same port at several of this machine's addresses. */
export interface TestReplicas {
	readonly port: number;
	readonly replicas: readonly TestReplica[];
	close(): void;
}

export interface TestReplica {
	readonly address: string;
	readonly registrations: Registration[];
	/** tokens that registrations came with */
	readonly tokens: string[];
	/** ids of recordings, with what came of them */
	readonly uploads: Map<string, Buffer>;
	/** what registrations are answered with */
	answer: RegistrationAnswer;
	/** what it proves itself with from now on */
	show(certificate: TestCertificate): void;
}

export async function startReplicas(certificate: TestCertificate, count: number): Promise<TestReplicas> {
	const servers: Server[] = [];
	const replicas: TestReplica[] = [];
	let port = 0;
	for (let index = 1; index <= count; index++) {
		const address = `127.0.0.${index}`;
		const { server, replica } = createReplica(certificate, address);
		await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, address, resolve));
		port = (server.address() as AddressInfo).port;
		servers.push(server);
		replicas.push(replica);
	}
	return {
		port,
		replicas,
		close() {
			for (const server of servers) {
				server.close();
				server.closeAllConnections();
			}
		},
	};
}

function createReplica(certificate: TestCertificate, address: string) {
	const server = createServer(certificate, async (request, response) => {
		const body = await buffer(request);
		if (request.url === "/register") {
			replica.registrations.push(JSON.parse(body.toString()));
			replica.tokens.push(String(request.headers.authorization));
			response.setHeader("content-type", "application/json");
			return response.end(JSON.stringify(replica.answer));
		}
		const id = request.url?.split("/").at(-1) ?? "";
		if (request.method === "PUT") replica.uploads.set(id, body);
		response.setHeader("upload-complete", replica.uploads.has(id) ? "?1" : "?0");
		return response.writeHead(204).end();
	});
	const replica: TestReplica = {
		address,
		registrations: [],
		tokens: [],
		uploads: new Map(),
		answer: { heartbeatSeconds: 1 },
		show: (shown) => server.setSecureContext(shown),
	};
	return { server, replica };
}
