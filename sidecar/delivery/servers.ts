/** A Furnace server that the agent registers with and uploads to. */
export interface ServerAddress {
	/** origin, without a slash at the end: `http://127.0.0.1:8080` */
	readonly url: string;
	/** the IP address at which it is dialled; default: what the URL's host resolves to */
	readonly address?: string;
	/** PEM: the roots that its certificate must come from, asked for each connection */
	readonly ca?: () => string;
}

/** The servers there are. */
export interface ServerSet {
	/** Visits each server that is there, now and later. The signal aborts when the server has left the set. */
	watch(visit: (server: ServerAddress, gone: AbortSignal) => void): void;
	/** One of them failed: perhaps there are others by now. */
	suspect(): void;
	/** How often the set is looked at anew, at most: it need not be fresher than the heartbeats. */
	pace(seconds: number): void;
	close(): void;
}

/** What the agent proves itself with; asked before each request, since tokens rotate. */
export type TokenSource = () => Promise<string>;

/** Servers that never change. */
export function fixedServers(servers: readonly ServerAddress[]): ServerSet {
	const stop = new AbortController();
	return {
		watch(visit) {
			for (const server of servers) visit(server, stop.signal);
		},
		suspect: () => undefined,
		pace: () => undefined,
		close: () => stop.abort(),
	};
}

/** What messages call a server. */
export function nameOf({ url, address }: ServerAddress): string {
	return address === undefined ? url : `${url} at ${address}`;
}
