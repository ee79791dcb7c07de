import { lookup } from "node:dns/promises";
import { PORTS } from "../../contract/names.ts";

/** Where a replica listens; an IP address, never a name. */
export interface PeerAddress {
	readonly host: string;
	readonly port: number;
}

/**
 * Finds the other replicas by the name that resolves to all of them. The system's resolver is asked, which knows the
 * cluster's search domains.
 * @param ownAddress of this pod; it is left out
 * @returns asks anew each time; it rejects with the resolver's error, but a name that does not resolve has no replicas
 */
export function peersByName(
	name: string,
	ownAddress: string,
	port: number = PORTS.server,
): () => Promise<PeerAddress[]> {
	return async () => {
		try {
			const found = await lookup(name, { all: true });
			return found
				.map(({ address }) => address)
				.flatMap((host) => (host === ownAddress ? [] : [{ host, port }]));
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === "ENOTFOUND") return [];
			throw error;
		}
	};
}
