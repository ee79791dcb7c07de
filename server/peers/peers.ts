import { setTimeout as wait } from "node:timers/promises";
import type { FastifyBaseLogger } from "fastify";
import type { Archive } from "../archive/archive.ts";
import type { Renderer } from "../rendering/renderer.ts";
import type { PeerAddress } from "./addresses.ts";
import { createPeerClient, type PeerTls } from "./client.ts";
import { createFetcher } from "./fetcher.ts";
import { createFollower } from "./follower.ts";
import { createMisses } from "./misses.ts";

/** Peers that have not changed answer 304: that may be asked often. */
const INTERVAL_MS = 10_000;
/** Until there is a certificate to show, and the others can be found. */
const FIRST_INTERVAL_MS = 500;
/** An archive without a disk of its own lives on in its peers, so a new replica fetches all before an old one may go. */
const FIRST_ROUND_MS = 60_000;
const DELETION_MS = 2_000;

export interface PeerOptions {
	/** the DNS name in every replica's certificate: `serverName(namespace)` */
	name: string;
	/** the other replicas as they are now; see `peersByName` */
	find: () => Promise<readonly PeerAddress[]>;
	/** what this replica shows and trusts now; undefined: nothing yet */
	tls: () => PeerTls | undefined;
	/** between two rounds, in milliseconds; for tests */
	intervalMs?: number;
}

/** The other replicas' archives. */
export interface Peers {
	/** From now on this archive follows the others. */
	start(): void;
	/** Asks for a recording that somebody wants and that is not here; waits for it a few seconds at most. Never rejects. */
	fetch(id: string): Promise<void>;
	/** Tells that somebody deleted a recording; who cannot be told now learns it later. Never rejects. */
	tellDeleted(id: string): Promise<void>;
	/** why not to rely on this archive yet, in one sentence; undefined: one may */
	notReady(): string | undefined;
	close(): Promise<void>;
}

interface Parts {
	archive: Archive;
	renderer: Pick<Renderer, "inspect">;
	log: FastifyBaseLogger;
}

export function createPeers({ name, find, tls, intervalMs = INTERVAL_MS }: PeerOptions, parts: Parts): Peers {
	const { archive, log } = parts;
	const stop = new AbortController();
	const { signal } = stop;
	const client = createPeerClient(name, tls);
	const fetcher = createFetcher({ ...parts, client, signal });
	const follow = createFollower({ client, archive, fetcher, log, signal });
	const misses = createMisses(async (id) => void (await fetcher.fetch((await findNow()) ?? [], id)));
	let hasAll = false;
	let following = Promise.resolve();

	/** @returns undefined: they cannot be found now */
	async function findNow(): Promise<readonly PeerAddress[] | undefined> {
		try {
			return await find();
		} catch (err) {
			if (!signal.aborted) log.warn({ err }, "the other replicas cannot be found");
			return undefined;
		}
	}

	/** @returns have all been asked that there are? */
	async function followOnce(): Promise<boolean> {
		const found = tls() === undefined ? undefined : await findNow();
		await Promise.all((found ?? []).map(follow));
		return found !== undefined;
	}

	async function followAll(): Promise<void> {
		const giveUp = setTimeout(() => {
			hasAll = true;
		}, FIRST_ROUND_MS);
		giveUp.unref();
		while (!signal.aborted) {
			hasAll = (await followOnce()) || hasAll;
			const pause = hasAll ? intervalMs : Math.min(intervalMs, FIRST_INTERVAL_MS);
			await wait(pause, undefined, { signal, ref: false }).catch(() => {});
		}
		clearTimeout(giveUp);
	}

	return {
		start() {
			following = followAll();
		},
		fetch: misses.ask,
		async tellDeleted(id) {
			const deadline = AbortSignal.any([signal, AbortSignal.timeout(DELETION_MS)]);
			const telling = ((await findNow()) ?? []).map((peer) => client.tellDeleted(peer, id, deadline));
			for (const told of await Promise.allSettled(telling)) {
				if (told.status === "rejected")
					log.info({ err: told.reason, recording: id }, "a replica learns of a deletion later");
			}
		},
		notReady: () => (hasAll ? undefined : "The other replicas' recordings are still being fetched."),
		async close() {
			stop.abort();
			await client.close();
			await following;
		},
	};
}
