import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Value } from "typebox/value";
import { Agent, type Dispatcher } from "undici";
import { fillPath } from "../../contract/client.ts";
import { PEER_TARGET_HEADERS, PeerArchive, peerRoutes } from "../../contract/peer-routes.ts";
import type { Route } from "../../contract/route.ts";
import type { AgentIdentity } from "../adapters.ts";
import { MAX_UPLOAD_BYTES } from "../archive/content-range.ts";
import { collectBytes, limitBytes } from "../http/limit-bytes.ts";
import type { PeerAddress } from "./addresses.ts";

const CONNECT_TIMEOUT_MS = 3_000;
const HEADERS_TIMEOUT_MS = 10_000;
/** Between two pieces of a body. */
const BODY_TIMEOUT_MS = 10_000;
/** Of a list: a hundred thousand recordings. */
const MAX_LIST_BYTES = 16 * 2 ** 20;

/** This replica's certificate, its key and the roots that others are checked against; all PEM. */
export interface PeerTls {
	readonly cert: string;
	readonly key: string;
	readonly ca: string;
}

/** A peer answered, but not with what was asked for. */
export class PeerAnswerError extends Error {
	override name = "PeerAnswerError";
	readonly status: number;

	constructor(peer: PeerAddress, status: number) {
		super(`the replica ${peer.host} answered ${status}`);
		this.status = status;
	}
}

export interface PeerClient {
	/** @returns null: as it was when it gave this `etag` */
	list(
		peer: PeerAddress,
		etag: string | undefined,
		signal: AbortSignal,
	): Promise<{ archive: PeerArchive; etag: string | undefined } | null>;
	/**
	 * Fetches a stored profile into a file, which is removed again when that fails.
	 * @returns whose recording it is; undefined: the peer has it not
	 */
	fetch(
		peer: PeerAddress,
		id: string,
		path: string,
		signal: AbortSignal,
	): Promise<Pick<AgentIdentity, "namespace" | "pod" | "podUid"> | undefined>;
	/** Tells that a recording was deleted. */
	tellDeleted(peer: PeerAddress, id: string, signal: AbortSignal): Promise<void>;
	close(): Promise<void>;
}

/**
 * Asks replicas over mutual TLS: dialled by address, each must have the name in its certificate.
 * @param tls asked each time, since certificates are renewed; undefined: there is none yet
 */
export function createPeerClient(name: string, tls: () => PeerTls | undefined): PeerClient {
	let known: { material: PeerTls; agent: Agent } | undefined;

	const agentNow = (): Agent => {
		const material = tls();
		if (material === undefined) throw new Error("there is no certificate to show to the other replicas yet");
		if (known !== undefined && isSame(known.material, material)) return known.agent;
		void known?.agent.close().catch(() => {});
		known = { material, agent: agentFor(name, material) };
		return known.agent;
	};
	const ask = (
		{ host, port }: PeerAddress,
		route: Route,
		{ params = {}, headers = {}, signal }: Question,
	): Promise<Dispatcher.ResponseData> =>
		agentNow().request({
			origin: `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
			path: fillPath(route.path, params),
			method: route.method,
			headers,
			signal,
		});
	return {
		async list(peer, etag, signal) {
			const headers: Record<string, string> = etag === undefined ? {} : { "if-none-match": etag };
			const answer = await ask(peer, peerRoutes.listArchive, { headers, signal });
			if (answer.statusCode === 304) return await emptied(answer, null);
			await expect(peer, answer, 200);
			const text = (await collectBytes(limitBytes(answer.body, MAX_LIST_BYTES), MAX_LIST_BYTES)).toString();
			return { archive: Value.Parse(PeerArchive, JSON.parse(text)), etag: oneOf(answer.headers.etag) };
		},
		async fetch(peer, id, path, signal) {
			const answer = await ask(peer, peerRoutes.getStored, { params: { id }, signal });
			if (answer.statusCode === 404) return await emptied(answer, undefined);
			await expect(peer, answer, 200);
			await save(answer.body, path, signal);
			return targetOf(answer.headers);
		},
		async tellDeleted(peer, id, signal) {
			const answer = await ask(peer, peerRoutes.deleteStored, { params: { id }, signal });
			await expect(peer, answer, 204);
			await answer.body.dump();
		},
		async close() {
			await known?.agent.destroy();
		},
	};
}

interface Question {
	params?: Record<string, string>;
	headers?: Record<string, string>;
	signal: AbortSignal;
}

function agentFor(name: string, { cert, key, ca }: PeerTls): Agent {
	return new Agent({
		headersTimeout: HEADERS_TIMEOUT_MS,
		bodyTimeout: BODY_TIMEOUT_MS,
		pipelining: 1,
		connect: { cert, key, ca, servername: name, timeout: CONNECT_TIMEOUT_MS },
	});
}

function isSame(one: PeerTls, other: PeerTls): boolean {
	return one.cert === other.cert && one.key === other.key && one.ca === other.ca;
}

async function expect(peer: PeerAddress, answer: Dispatcher.ResponseData, status: number): Promise<void> {
	if (answer.statusCode === status) return;
	await emptied(answer, undefined);
	throw new PeerAnswerError(peer, answer.statusCode);
}

async function emptied<T>(answer: Dispatcher.ResponseData, result: T): Promise<T> {
	await answer.body.dump();
	return result;
}

async function save(body: Readable, path: string, signal: AbortSignal): Promise<void> {
	try {
		await pipeline(limitBytes(body, MAX_UPLOAD_BYTES), createWriteStream(path, { mode: 0o600 }), { signal });
	} catch (error) {
		await rm(path, { force: true });
		throw error;
	}
}

function targetOf(headers: Dispatcher.ResponseData["headers"]) {
	const read = (header: string) => decodeURIComponent(oneOf(headers[header]) ?? "");
	const namespace = read(PEER_TARGET_HEADERS.namespace);
	const pod = read(PEER_TARGET_HEADERS.pod);
	const podUid = read(PEER_TARGET_HEADERS.podUid);
	if (namespace === "" || pod === "") throw new Error("the replica does not say whose recording it is");
	return { namespace, pod, ...(podUid === "" ? {} : { podUid }) };
}

function oneOf(header: string | string[] | undefined): string | undefined {
	return Array.isArray(header) ? header[0] : header;
}
