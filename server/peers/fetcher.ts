import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { FastifyBaseLogger } from "fastify";
import { ProblemError } from "../../contract/problem.ts";
import type { Archive } from "../archive/archive.ts";
import { recordingOf } from "../archive/uploaded-recording.ts";
import { createLimiter } from "../limiter.ts";
import type { Renderer } from "../rendering/renderer.ts";
import type { PeerAddress } from "./addresses.ts";
import type { PeerClient } from "./client.ts";

/** At a time. */
const CONCURRENCY = 2;
/** A stored file has at most 256 MiB. */
const DEADLINE_MS = 120_000;
/** Recordings that could not be taken are not asked for again so soon. */
const REFUSED_MS = 10 * 60_000;

export interface FetcherOptions {
	client: PeerClient;
	archive: Archive;
	renderer: Pick<Renderer, "inspect">;
	log: FastifyBaseLogger;
	/** everything under way ends with it */
	signal: AbortSignal;
}

export interface Fetcher {
	/**
	 * Brings a recording from the first of these replicas that has it; asked twice at once, it is fetched once.
	 * @returns is there nothing left to fetch: it is here, or gone, or not to be had? Never rejects
	 */
	fetch(peers: readonly PeerAddress[], id: string): Promise<boolean>;
}

/** What a peer sends is looked into like any upload: it came from an agent once. */
export function createFetcher({ client, archive, renderer, log, signal }: FetcherOptions): Fetcher {
	const limit = createLimiter(CONCURRENCY);
	const underWay = new Map<string, Promise<boolean>>();
	/** until when, by id */
	const refused = new Map<string, number>();

	const isSettled = (id: string): boolean =>
		archive.get(id) !== undefined || archive.isGone(id) || (refused.get(id) ?? 0) > Date.now();

	async function bring(peers: readonly PeerAddress[], id: string): Promise<boolean> {
		let failed = false;
		for (const peer of peers) {
			if (signal.aborted || isSettled(id)) return true;
			try {
				await bringFrom(peer, id);
			} catch (err) {
				failed = true;
				if (err instanceof ProblemError && err.code === "upload-invalid") refuse(id);
				if (!signal.aborted)
					log.warn({ err, peer: peer.host, recording: id }, "a peer's recording was not taken");
			}
		}
		return !failed || isSettled(id);
	}

	async function bringFrom(peer: PeerAddress, id: string): Promise<void> {
		const path = join(archive.temporaryDirectory, `peer-${randomUUID()}`);
		const target = await client.fetch(
			peer,
			id,
			path,
			AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]),
		);
		if (target === undefined) return;
		try {
			const comments = await renderer.inspect({ path });
			await archive.store(recordingOf(comments, { key: "peer", ...target }, id), path);
			log.info({ peer: peer.host, recording: id }, "recording taken from a peer");
		} finally {
			await rm(path, { force: true });
		}
	}

	function refuse(id: string): void {
		const now = Date.now();
		for (const [other, until] of refused) if (until <= now) refused.delete(other);
		refused.set(id, now + REFUSED_MS);
	}

	return {
		fetch(peers, id) {
			if (isSettled(id)) return Promise.resolve(true);
			const known = underWay.get(id);
			// it may have been asked for at other replicas, which had it not
			if (known !== undefined) return known.then((settled) => settled && isSettled(id));
			const job = limit(() => bring(peers, id)).finally(() => underWay.delete(id));
			underWay.set(id, job);
			return job;
		},
	};
}
