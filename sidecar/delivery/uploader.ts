import type { ServerAddress, TokenSource } from "../servers.ts";
import { retryUntilDone } from "./retry.ts";
import { upload } from "./upload.ts";

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 60_000;

export interface UploaderOptions {
	readonly servers: readonly ServerAddress[];
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
	/** Gives what is under way this many milliseconds more, then lets go. */
	close(milliseconds: number): Promise<void>;
}

export function createUploader(options: UploaderOptions): Uploader {
	const { servers, token, load, onUploaded, onFailure } = options;
	const stop = new AbortController();
	const { signal } = stop;
	const underWay = new Set<Promise<void>>();

	const attempt = async (server: ServerAddress, id: string) => {
		const bytes = await load(id);
		if (bytes === undefined) return;
		await upload(server, { id, bytes, token, signal });
		await onUploaded(id);
	};
	const bring = async (server: ServerAddress, id: string) => {
		try {
			await retryUntilDone(() => attempt(server, id), {
				signal,
				firstWait: FIRST_WAIT,
				longestWait: LONGEST_WAIT,
				onFailure: (error) => onFailure(`recording ${id} could not be uploaded yet`, error),
			});
		} catch (error) {
			if (!signal.aborted) onFailure(`recording ${id} is not uploaded`, error);
		}
	};
	return {
		add(id) {
			for (const server of servers) {
				const bringing = bring(server, id).finally(() => underWay.delete(bringing));
				underWay.add(bringing);
			}
		},
		async close(milliseconds) {
			const timer = setTimeout(() => stop.abort(), milliseconds);
			await Promise.all(underWay);
			clearTimeout(timer);
			stop.abort();
		},
	};
}
