import { readFileSync } from "node:fs";
import { ADDRESSES, PORTS } from "./config.ts";

const LISTENING = "0A";
const LOOPBACK = "127.0.0.1";
/** Ports that are taken at the node's address; all others are on loopback. */
const AT_NODE_ADDRESS: number[] = [PORTS.apiServer, PORTS.kubelet, PORTS.dns];

/** @returns the cluster's ports on which somebody listens */
export function takenPorts(): number[] {
	return takenIn(["/proc/net/tcp", "/proc/net/tcp6"].map(readIfThere).join("\n"));
}

/**
 * @param sockets text of /proc/net/tcp and tcp6
 * @returns the cluster's ports that have a listener at the cluster's address or at all addresses; one at another address,
 * as a machine's own resolver on 127.0.0.53, is in nobody's way
 */
export function takenIn(sockets: string): number[] {
	const listeners = new Set(
		sockets
			.split("\n")
			.map((line) => line.trim().split(/\s+/))
			.filter(([, , , state]) => state === LISTENING)
			.map(([, local]) => local),
	);
	return Object.values(PORTS).filter((port) => {
		const address = AT_NODE_ADDRESS.includes(port) ? ADDRESSES.node : LOOPBACK;
		const inWay = ["0.0.0.0", address].map(hexAddress).concat("0".repeat(32));
		const hexPort = port.toString(16).toUpperCase().padStart(4, "0");
		return inWay.some((hex) => listeners.has(`${hex}:${hexPort}`));
	});
}

/** As the kernel writes an address: four bytes, the last one first. */
function hexAddress(address: string): string {
	const bytes = address.split(".").map((byte) => Number(byte).toString(16).toUpperCase().padStart(2, "0"));
	return bytes.reverse().join("");
}

function readIfThere(path: string): string {
	try {
		return readFileSync(path, "utf8");
	} catch {
		// No IPv6 on this machine.
		return "";
	}
}
