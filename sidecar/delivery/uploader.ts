import { abortedBy } from "./aborted-by.ts";
import { retryUntilDone } from "./retry.ts";
import { nameOf, type ServerAddress, type ServerSet, type TokenSource } from "./servers.ts";
import { upload } from "./upload.ts";

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 60_000;

export interface UploaderOptions {
	readonly servers: ServerSet;
	readonly token: TokenSource;
	/** gzipped pprof; undefined: it has been deleted meanwhile */
	readonly load: (id: string) => Promise<Buffer | undefined>;
	/** a server has it */
	readonly onUploaded: (id: string) => Promise<void>;
	readonly onFailure: (message: string, error: unknown) => void;
}

/** Brings finished recordings to every server, however long that takes. */
export interface Uploader {
	add(id: string): void;
	/** Gives what no server has yet this many milliseconds more, then lets go. */
	close(milliseconds: number): Promise<void>;
}

/** Servers that come later get what no server has by then; the rest they ask of each other. */
export function createUploader(options: UploaderOptions): Uploader {
	return new ServersUploader(options);
}

interface Server {
	readonly address: ServerAddress;
	readonly gone: AbortSignal;
}

class ServersUploader implements Uploader {
	readonly #options: UploaderOptions;
	readonly #servers = new Set<Server>();
	/** ids that no server has or has refused for good */
	readonly #waiting = new Set<string>();
	readonly #underWay = new Set<Promise<void>>();
	readonly #stop = new AbortController();
	#onIdle: () => void = () => undefined;

	constructor(options: UploaderOptions) {
		this.#options = options;
		options.servers.watch((address, gone) => this.#join({ address, gone }));
	}

	add(id: string): void {
		this.#waiting.add(id);
		for (const server of this.#servers) this.#bring(server, id);
	}

	async close(milliseconds: number): Promise<void> {
		const timer = setTimeout(() => this.#stop.abort(), milliseconds);
		await new Promise<void>((resolve) => {
			this.#onIdle = resolve;
			this.#stop.signal.addEventListener("abort", () => resolve(), { once: true });
			if (this.#waiting.size === 0) resolve();
		});
		clearTimeout(timer);
		this.#stop.abort();
		await Promise.all(this.#underWay);
	}

	#join(server: Server): void {
		if (server.gone.aborted || this.#stop.signal.aborted) return;
		this.#servers.add(server);
		server.gone.addEventListener("abort", () => this.#servers.delete(server), { once: true });
		for (const id of this.#waiting) this.#bring(server, id);
	}

	#bring(server: Server, id: string): void {
		const end = abortedBy(this.#stop.signal, server.gone);
		const bringing = this.#tryUntilDone(server.address, id, end.signal).finally(() => {
			end.abort();
			this.#underWay.delete(bringing);
		});
		this.#underWay.add(bringing);
	}

	async #tryUntilDone(server: ServerAddress, id: string, signal: AbortSignal): Promise<void> {
		const { onFailure, servers } = this.#options;
		try {
			await retryUntilDone(() => this.#attempt(server, id, signal), {
				signal,
				firstWait: FIRST_WAIT,
				longestWait: LONGEST_WAIT,
				onFailure: (error) => {
					onFailure(`recording ${id} could not be uploaded to ${nameOf(server)} yet`, error);
					servers.suspect();
				},
			});
		} catch (error) {
			if (signal.aborted) return;
			onFailure(`recording ${id} is not uploaded`, error);
			this.#done(id);
		}
	}

	async #attempt(server: ServerAddress, id: string, signal: AbortSignal): Promise<void> {
		const { load, token, onUploaded } = this.#options;
		const bytes = await load(id);
		if (bytes !== undefined) {
			await upload(server, { id, bytes, token, signal });
			await onUploaded(id);
		}
		this.#done(id);
	}

	#done(id: string): void {
		this.#waiting.delete(id);
		if (this.#waiting.size === 0) this.#onIdle();
	}
}
