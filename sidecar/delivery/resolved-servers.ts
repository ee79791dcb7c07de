import { lookup } from "node:dns/promises";
import { setTimeout as wait } from "node:timers/promises";
import { jittered } from "./retry.ts";
import type { ServerAddress, ServerSet } from "./servers.ts";

export interface ResolvedServersOptions {
	/** origin of all of them; its host's addresses are the servers */
	readonly url: string;
	readonly ca: () => string;
	/** @returns IP addresses; default: the machine's resolver, which knows the pod's search domains */
	readonly lookUp?: (host: string) => Promise<readonly string[]>;
	readonly onFailure: (message: string, error: unknown) => void;
}

const INTERVAL_SECONDS = 10;
/** Between two looks, however many failures ask for one, in milliseconds. */
const SHORTEST_WAIT = 1000;

/**
 * One server for each address that a name has, looked up again and again. Servers stay when looking up fails: a resolver
 * that is down must not take away servers that work.
 */
export function resolveServers(options: ResolvedServersOptions): ServerSet {
	return new ResolvedServers(options);
}

interface Known {
	readonly server: ServerAddress;
	readonly gone: AbortController;
}

class ResolvedServers implements ServerSet {
	readonly #options: ResolvedServersOptions;
	readonly #known = new Map<string, Known>();
	readonly #visits: ((server: ServerAddress, gone: AbortSignal) => void)[] = [];
	#seconds = INTERVAL_SECONDS;
	#isClosed = false;
	#isRunning = false;
	#isSuspect = false;
	#sleep = new AbortController();

	constructor(options: ResolvedServersOptions) {
		this.#options = options;
	}

	watch(visit: (server: ServerAddress, gone: AbortSignal) => void): void {
		this.#visits.push(visit);
		for (const { server, gone } of this.#known.values()) visit(server, gone.signal);
		if (this.#isRunning) return;
		this.#isRunning = true;
		void this.#run();
	}

	suspect(): void {
		this.#isSuspect = true;
		this.#sleep.abort();
	}

	pace(seconds: number): void {
		this.#seconds = Math.max(INTERVAL_SECONDS, seconds);
	}

	close(): void {
		this.#isClosed = true;
		this.#sleep.abort();
		for (const { gone } of this.#known.values()) gone.abort();
	}

	async #run(): Promise<void> {
		while (!this.#isClosed) {
			this.#isSuspect = false;
			const isKnown = await this.#look();
			await wait(jittered(2 * SHORTEST_WAIT));
			if (isKnown && !this.#isSuspect && !this.#isClosed) await this.#rest();
		}
	}

	/** Until the next look is due, or something makes it due. */
	async #rest(): Promise<void> {
		this.#sleep = new AbortController();
		const { signal } = this.#sleep;
		await wait(jittered(this.#seconds * 1000), undefined, { signal }).catch(() => undefined);
	}

	/** @returns is there a server? */
	async #look(): Promise<boolean> {
		const { url, lookUp = addressesOf, onFailure } = this.#options;
		try {
			this.#update(await lookUp(new URL(url).hostname));
		} catch (error) {
			onFailure(`no address of ${url} is known`, error);
			return this.#known.size > 0;
		}
		return true;
	}

	#update(addresses: readonly string[]): void {
		if (this.#isClosed) return;
		const { url, ca } = this.#options;
		for (const [address, { gone }] of this.#known) {
			if (addresses.includes(address)) continue;
			this.#known.delete(address);
			gone.abort();
		}
		for (const address of addresses) {
			if (this.#known.has(address)) continue;
			const known = { server: { url, address, ca }, gone: new AbortController() };
			this.#known.set(address, known);
			for (const visit of this.#visits) visit(known.server, known.gone.signal);
		}
	}
}

async function addressesOf(host: string): Promise<string[]> {
	return (await lookup(host, { all: true })).map(({ address }) => address);
}
