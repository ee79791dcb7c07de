import type { FastifyBaseLogger } from "fastify";
import type { PeerArchive } from "../../contract/peer-routes.ts";
import type { Archive } from "../archive/archive.ts";
import { KEPT_MS } from "../archive/tombstones.ts";
import type { PeerAddress } from "./addresses.ts";
import type { PeerClient } from "./client.ts";
import type { Fetcher } from "./fetcher.ts";

const LIST_DEADLINE_MS = 20_000;

export interface FollowerOptions {
	client: PeerClient;
	archive: Archive;
	fetcher: Fetcher;
	log: FastifyBaseLogger;
	signal: AbortSignal;
}

/**
 * Makes this archive have what a peer's has, but for what was deleted at either.
 * @returns does it for one peer; a peer that has not changed since is asked for its revision alone; never rejects
 */
export function createFollower(options: FollowerOptions): (peer: PeerAddress) => Promise<void> {
	const { client, archive, fetcher, log, signal } = options;
	/** what each peer called its state when all of it was here, by address */
	const etags = new Map<string, string>();
	const unreachable = new Set<string>();

	return async (peer) => {
		const address = `${peer.host} ${peer.port}`;
		try {
			const deadline = AbortSignal.any([signal, AbortSignal.timeout(LIST_DEADLINE_MS)]);
			const answer = await client.list(peer, etags.get(address), deadline);
			if (unreachable.delete(address)) log.info({ peer: peer.host }, "a replica answers again");
			if (answer === null) return;
			etags.delete(address);
			const isWhole = await take(peer, answer.archive);
			if (isWhole && answer.etag !== undefined) etags.set(address, answer.etag);
		} catch (err) {
			if (signal.aborted || unreachable.has(address)) return;
			unreachable.add(address);
			log.warn({ err, peer: peer.host }, "a replica cannot be asked for its recordings");
		}
	};

	/** @returns is everything here? */
	async function take(peer: PeerAddress, { items, deleted }: PeerArchive): Promise<boolean> {
		const known = new Set(archive.deleted().map(({ id }) => id));
		const now = Date.now();
		const news = deleted.filter(({ id, at }) => !known.has(id) && now - at < KEPT_MS);
		await Promise.all(news.map(({ id, at }) => archive.delete(id, Math.min(at, now))));
		// what a full archive would let go at once stays where it is
		const wanted = archive.lacks(items);
		const fetched = await Promise.all(wanted.map(({ id }) => fetcher.fetch([peer], id)));
		return fetched.every((settled) => settled);
	}
}
