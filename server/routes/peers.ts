import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import type { FastifyInstance } from "fastify";
import { peerRoutes as contract, PEER_TARGET_HEADERS } from "../../contract/peer-routes.ts";
import { ProblemError } from "../../contract/problem.ts";
import type { Archive } from "../archive/archive.ts";
import { storedSize } from "../archive/stored-size.ts";
import { declareRoute } from "../http/declare-route.ts";
import { requirePeer } from "../peers/require-peer.ts";

export interface PeerRoutesOptions {
	archive: Archive;
	/** the DNS name in every replica's certificate */
	name: string;
}

/** What the other replicas ask. */
export async function peerRoutes(app: FastifyInstance, { archive, name }: PeerRoutesOptions): Promise<void> {
	requirePeer(app, name);
	// a revision counts from the start of this process
	const epoch = randomUUID();
	declareRoute(
		app,
		contract.listArchive,
		async ({ request, reply }) => {
			const etag = `"${epoch}.${archive.revision()}"`;
			reply.header("etag", etag);
			if (request.headers["if-none-match"] === etag) return reply.code(304).send();
			return { items: archive.sizes(), deleted: archive.deleted() };
		},
		// each replica asks each other every few seconds
		{ logLevel: "warn" },
	);
	declareRoute(app, contract.getStored, async ({ params, reply }) => {
		const recording = archive.get(params.id);
		if (recording === undefined) throw new ProblemError("recording-not-found");
		const path = archive.profilePath(recording.id);
		const size = await storedSize(path);
		for (const [key, header] of Object.entries(PEER_TARGET_HEADERS)) {
			const value = recording.target[key as keyof typeof PEER_TARGET_HEADERS];
			if (value !== undefined) reply.header(header, encodeURIComponent(value));
		}
		reply.type("application/octet-stream").header("content-length", size);
		return reply.send(createReadStream(path));
	});
	declareRoute(app, contract.deleteStored, async ({ params, request }) => {
		if (await archive.delete(params.id)) request.log.info({ recording: params.id }, "deleted at a peer");
		return undefined;
	});
}
