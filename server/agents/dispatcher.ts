import { X509Certificate } from "node:crypto";
import { connect as connectSocket, isIP, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { Agent } from "undici";
import type { AgentAddress, AgentTrust } from "../adapters.ts";

/** No address, or not the agent that registered: nothing was sent. */
export class AgentConnectError extends Error {
	override name = "AgentConnectError";
	readonly code = "FURNACE_AGENT_CONNECT";
}

const CONNECT_TIMEOUT_MS = 5_000;
/** To the first header byte; a large profile is rendered before its first byte. */
const HEADERS_TIMEOUT_MS = 60_000;
/** Between two pieces of a body. Events have a heartbeat every 15 seconds: after three missed the agent is gone. */
const BODY_TIMEOUT_MS = 50_000;

export interface DispatcherOptions {
	trust: Pick<AgentTrust, "addressOf">;
	/** the certificate the agent registered with, PEM; it must show this very one */
	pinnedCertificate: (key: string) => string | undefined;
	timeouts?: { connect?: number; headers?: number; body?: number };
}

/** The origin under which an agent's connections are pooled: its key, never an address that another may get later. */
export function originOf(key: string): string {
	return `http://${key}`;
}

/** An HTTP client; requests go to `originOf(key)`. */
export interface AgentDispatcher extends Agent {
	/** Cuts all connections to an agent: its address may be another's by now. */
	drop(key: string): void;
}

/** The one way to the agents: an HTTP client whose connections are dialled by agent key. Redirects are never followed. */
export function createDispatcher(options: DispatcherOptions): AgentDispatcher {
	const { trust, pinnedCertificate, timeouts = {} } = options;
	const sockets = new Map<string, Set<Socket>>();
	const agent = new Agent({
		headersTimeout: timeouts.headers ?? HEADERS_TIMEOUT_MS,
		bodyTimeout: timeouts.body ?? BODY_TIMEOUT_MS,
		pipelining: 1,
		connect: ({ hostname }, callback) => {
			dial(hostname)
				.then((socket) => callback(null, socket))
				.catch((error: Error) => callback(error, null));
		},
	});
	return Object.assign(agent, {
		drop(key: string) {
			for (const socket of sockets.get(key) ?? []) {
				socket.destroy(new AgentConnectError(`the agent ${key} is gone`));
			}
		},
	});

	async function dial(key: string): Promise<Socket> {
		const address = await trust.addressOf(key);
		if (address === null) throw new AgentConnectError(`the agent ${key} has no address`);
		const socket = open(address);
		keep(key, socket);
		await connected(socket, timeouts.connect ?? CONNECT_TIMEOUT_MS);
		if (!("tls" in address) || hasPin(socket as TLSSocket, pinnedCertificate(key))) return socket;
		socket.destroy();
		throw new AgentConnectError(
			`what answers for the agent ${key} does not have the certificate it registered`,
		);
	}

	function keep(key: string, socket: Socket): void {
		const kept = sockets.get(key) ?? new Set();
		sockets.set(key, kept.add(socket));
		socket.once("close", () => {
			kept.delete(socket);
			if (kept.size === 0 && sockets.get(key) === kept) sockets.delete(key);
		});
	}
}

function open(address: AgentAddress): Socket {
	if ("socketPath" in address) return connectSocket(address.socketPath);
	const { host, port, tls } = address;
	if (isIP(host) === 0) throw new AgentConnectError(`${host} is not an IP address`);
	// Agents make their own certificate; the pin is what proves them, not a chain.
	return connectTls({ host, port, cert: tls.cert, key: tls.key, rejectUnauthorized: false });
}

function connected(socket: Socket, timeout: number): Promise<void> {
	const event = "encrypted" in socket ? "secureConnect" : "connect";
	return new Promise((resolve, reject) => {
		const timer = setTimeout(
			() => socket.destroy(new AgentConnectError(`no connection within ${timeout} ms`)),
			timeout,
		);
		socket.once("error", reject);
		socket.once("close", () => clearTimeout(timer));
		socket.once(event, () => {
			clearTimeout(timer);
			socket.off("error", reject);
			resolve();
		});
	});
}

/** @param pem as the agent sent it: whatever it likes */
function hasPin(socket: TLSSocket, pem: string | undefined): boolean {
	const shown = socket.getPeerX509Certificate()?.fingerprint256;
	try {
		return pem !== undefined && shown === new X509Certificate(pem).fingerprint256;
	} catch {
		return false;
	}
}
