import { Agent, fetch as fetchBy } from "undici";
import { type Client, createClient, fillPath } from "../../../contract/client.ts";
import { OBJECTS } from "../../../contract/names.ts";
import { PROXY_PREFIX } from "../../../contract/server-routes.ts";
import type { Shell } from "../../cluster/shell.ts";
import { FURNACE_NAMESPACE } from "../installation.ts";
import { forwardPort } from "./port-forward.ts";

/** Furnace's server as people reach it: a port forwarded to its Service, its certificate checked against its roots. */
export interface Door {
	/** for a browser, which trusts no root of ours */
	origin: string;
	/** @param token absent: nobody */
	as(token: string | undefined): Client;
	/** the agent's routes of one pod */
	agent(token: string, namespace: string, pod: string): Client;
	/** Whatever the answer is, it is no error. */
	send(
		path: string,
		init?: { method?: string; headers?: Record<string, string>; body?: string },
	): Promise<Response>;
	close(): Promise<void>;
}

export async function openDoor(shell: Shell): Promise<Door> {
	const { port, close } = await forwardPort(shell, FURNACE_NAMESPACE, `service/${OBJECTS.server}`, 443);
	const origin = `https://localhost:${port}`;
	const servername = `${OBJECTS.server}.${FURNACE_NAMESPACE}.svc`;
	const dispatcher = new Agent({ connect: { ca: await readRoots(shell), servername } });
	const send = ((url: string, init: RequestInit) =>
		fetchBy(url, { ...init, dispatcher } as never)) as unknown as typeof fetch;
	const as: Door["as"] = (token) =>
		createClient({
			baseUrl: origin,
			fetch: send,
			...(token === undefined ? {} : { headers: () => ({ authorization: `Bearer ${token}` }) }),
		});
	return {
		origin,
		as,
		agent: (token, namespace, pod) => as(token).below(fillPath(PROXY_PREFIX, { namespace, pod })),
		send: (path, init = {}) => send(origin + path, { redirect: "error", ...init }),
		async close() {
			await dispatcher.destroy();
			await close();
		},
	};
}

/** @returns PEM: the roots that are trusted now */
export async function readRoots(shell: Shell): Promise<string> {
	const path = [
		"get",
		"secret",
		OBJECTS.serverTls,
		"-n",
		FURNACE_NAMESPACE,
		"-o",
		"jsonpath={.data.ca\\.crt}",
	];
	return Buffer.from(await shell.kubectl(path), "base64").toString();
}
