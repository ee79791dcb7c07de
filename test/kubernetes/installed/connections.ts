import { readFileSync } from "node:fs";
import { OBJECTS } from "../../../contract/names.ts";
import type { Shell } from "../../cluster/shell.ts";
import { FURNACE_NAMESPACE } from "../installation.ts";
import { isRunning, listPods } from "../pods.ts";

/**
 * Connections from Furnace's servers to an address, as the kernel knows them: open ones, tried ones and those closed a moment ago.
 * Two views, because each alone misses some: connection tracking forgets nothing for seconds, but sees only what was routed; the
 * servers' own sockets show also what never left.
 */
export async function connectionsTo(shell: Shell, address: string, port: number): Promise<string[]> {
	const servers = (
		await listPods(shell, FURNACE_NAMESPACE, `app.kubernetes.io/name=${OBJECTS.server}`)
	).filter(isRunning);
	if (servers.length === 0) throw new Error("no server runs: nobody could have connected to anything");
	const tracked = trackedConnections(readFileSync("/proc/net/nf_conntrack", "utf8"));
	const ofServers = tracked.filter(({ from }) => servers.some(({ status }) => status.podIP === from));
	const sockets = await Promise.all(servers.map(({ metadata }) => remoteEndsOf(shell, metadata.name)));
	const wanted = `${address}:${port}`;
	return [...ofServers.map(({ to }) => to), ...sockets.flat()].filter((end) => end === wanted);
}

/** @param table /proc/net/nf_conntrack @returns who began each TCP connection, and `ADDRESS:PORT` as they asked for it */
export function trackedConnections(table: string): { from: string; to: string }[] {
	const lines = table.matchAll(/^ipv4\s.*? tcp .*?src=(\S+) dst=(\S+) sport=\d+ dport=(\d+)/gm);
	return [...lines].map(([, from, to, port]) => ({ from: from as string, to: `${to}:${port}` }));
}

async function remoteEndsOf(shell: Shell, server: string): Promise<string[]> {
	const args = ["exec", server, "-n", FURNACE_NAMESPACE, "--", "cat", "/proc/net/tcp", "/proc/net/tcp6"];
	return remoteEnds(await shell.kubectl(args));
}

/** @param table /proc/net/tcp, tcp6 or both @returns the IPv4 remote ends as `ADDRESS:PORT`, also those written as IPv6 */
export function remoteEnds(table: string): string[] {
	const rows = table.matchAll(
		/^\s*\d+: [0-9A-F]+:[0-9A-F]{4} (?:0000000000000000FFFF0000)?([0-9A-F]{8}):([0-9A-F]{4}) /gm,
	);
	return [...rows].map(([, address = "", port = ""]) => `${addressOf(address)}:${Number.parseInt(port, 16)}`);
}

/** @param hex as a little-endian machine prints it: its bytes are backwards */
function addressOf(hex: string): string {
	const bytes = [...Buffer.from(hex, "hex")];
	return bytes.reverse().join(".");
}
