import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request, type Server } from "node:https";
import { type AddressInfo, connect as connectTcp } from "node:net";
import { after, before, describe, it } from "node:test";
import { connect, type TLSSocket } from "node:tls";
import { promisify } from "node:util";
import { makeLeaf, makeRoot, type TestCertificate } from "../testing/certificates.ts";
import { until } from "../testing/test-agent.ts";
import { admitOnlyServer, MOST_CONNECTIONS, replaceTrust, tlsOptions } from "./listener.ts";
import { generateCertificate, type OwnCertificate } from "./own-certificate.ts";

const SERVER = "furnace-server-replicas.furnace.svc";

describe("the agent's listener", () => {
	let root: TestCertificate;
	let own: OwnCertificate;
	let listener: Server;
	let answered = 0;
	before(async () => {
		root = await makeRoot();
		own = await generateCertificate("pod");
		listener = createServer(tlsOptions({ own, roots: root.cert }), (_request, response) => {
			answered++;
			response.end("ok");
		});
		admitOnlyServer(listener, SERVER);
		await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
	});
	after(() => {
		listener.close();
		listener.closeAllConnections();
	});

	const port = () => (listener.address() as AddressInfo).port;
	const connections = () => promisify(listener.getConnections.bind(listener))();
	/** Sends a request with this client certificate. */
	const ask = (client?: TestCertificate) =>
		new Promise<number | undefined>((resolve, reject) => {
			const options = { host: "127.0.0.1", port: port(), agent: false, rejectUnauthorized: false };
			request({ ...options, ...client }, (response) => {
				response.resume().on("end", () => resolve(response.statusCode));
			})
				.on("error", reject)
				.end();
		});

	it("answers the server", async () => {
		const before = answered;
		assert.equal(await ask(await makeLeaf({ names: ["elsewhere.example", SERVER], root })), 200);
		assert.equal(answered, before + 1);
	});

	it("lets strangers hold no more than so many connections", async () => {
		let refused = 0;
		listener.on("drop", () => refused++);
		const strangers = Array.from({ length: MOST_CONNECTIONS + 5 }, () => connectTcp(port(), "127.0.0.1"));
		await Promise.all(
			strangers.map(async (stranger) => {
				stranger.on("error", () => undefined);
				await once(stranger, "connect");
			}),
		);
		await until("refusals", () => refused === 5);
		for (const stranger of strangers) stranger.destroy();
		await until("an end of all", async () => (await connections()) === 0);
	});

	it("answers nobody else", async () => {
		const past = new Date(Date.now() - 3_600_000);
		const foreign = await makeRoot();
		const clients = {
			"no certificate": undefined,
			"signed by itself": await makeLeaf({ names: [SERVER] }),
			"another root of the same name": await makeLeaf({ names: [SERVER], root: foreign }),
			"the right root, another name": await makeLeaf({ names: ["furnace-operator.furnace.svc"], root }),
			"the right name only as its common name": await makeLeaf({
				names: ["other.example"],
				commonName: SERVER,
				root,
			}),
			"a wildcard": await makeLeaf({ names: ["*.furnace.svc"], root }),
			expired: await makeLeaf({ names: [SERVER], root, until: past }),
			"the agent's own": own,
		};
		const before = answered;
		for (const [who, client] of Object.entries(clients)) await assert.rejects(ask(client), Error, who);
		assert.equal(answered, before);
	});

	it("trusts new roots from then on, and the old ones no more", async () => {
		const newer = await makeRoot("newer");
		const oldClient = await makeLeaf({ names: [SERVER], root });
		const newClient = await makeLeaf({ names: [SERVER], root: newer });
		const renewed = await generateCertificate("pod");
		await assert.rejects(ask(newClient));
		replaceTrust(listener, { own: renewed, roots: `${newer.cert}\n${root.cert}` });
		assert.deepEqual([await ask(newClient), await ask(oldClient)], [200, 200]);
		replaceTrust(listener, { own: renewed, roots: newer.cert });
		assert.equal(await ask(newClient), 200);
		await assert.rejects(ask(oldClient));
		assert.equal((await shown(port())).raw.toString("base64"), derOf(renewed.cert));
		replaceTrust(listener, { own, roots: root.cert });
	});

	it("resumes no session: its certificate would not be looked at again", async () => {
		const client = await makeLeaf({ names: [SERVER], root });
		const sessions: Buffer[] = [];
		const socket = connect({ host: "127.0.0.1", port: port(), rejectUnauthorized: false, ...client });
		socket.on("session", (session) => sessions.push(session));
		socket.write("GET / HTTP/1.1\r\nHost: agent\r\nConnection: close\r\n\r\n");
		await new Promise((resolve) => socket.resume().on("close", resolve));
		for (const session of sessions) {
			const again = connect({
				host: "127.0.0.1",
				port: port(),
				rejectUnauthorized: false,
				session,
				...client,
			});
			await new Promise((resolve) => again.on("secureConnect", resolve));
			assert.equal(again.isSessionReused(), false);
			again.destroy();
		}
	});

	it("never listens without roots: Node would trust everybody's", () => {
		assert.throws(() => tlsOptions({ own, roots: " \n" }), TypeError);
	});
});

/** The certificate that whoever connects is shown. */
function shown(port: number): Promise<{ raw: Buffer }> {
	return new Promise((resolve, reject) => {
		const socket: TLSSocket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false }, () => {
			resolve(socket.getPeerX509Certificate() as { raw: Buffer });
			socket.destroy();
		});
		socket.on("error", reject);
	});
}

function derOf(pem: string): string {
	return pem.replace(/-----[^-]+-----|\s/g, "");
}
