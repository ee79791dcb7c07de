import type { IncomingHttpHeaders } from "node:http";
import { fillPath } from "../../contract/client.ts";
import { serverRoutes } from "../../contract/server-routes.ts";
import { FinalError } from "./retry.ts";
import { requestServer, ServerAnswerError } from "./server-request.ts";
import { nameOf, type ServerAddress, type TokenSource } from "./servers.ts";

const CHUNK = 4 * 2 ** 20;

/** The server will never take it: not readable, too large, or another's id. */
const FINAL: ReadonlySet<number> = new Set([400, 413, 415, 422]);

export interface Upload {
	readonly id: string;
	/** gzipped pprof */
	readonly bytes: Buffer;
	readonly token: TokenSource;
	readonly signal: AbortSignal;
}

/**
 * Sends a finished profile, going on where an earlier attempt ended. Safe to repeat.
 * @throws FinalError when trying again would not help; anything else is worth another attempt
 */
export async function upload(server: ServerAddress, { id, bytes, ...access }: Upload): Promise<void> {
	const path = fillPath(serverRoutes.upload.path, { id });
	let isResumed = false;
	try {
		const asked = await requestServer(server, path, { ...access, method: "HEAD" });
		if (isComplete(asked.headers)) return;
		let offset = Number(asked.headers["upload-offset"] ?? 0);
		// what lies there is not the beginning of this file: the server says so by a conflict
		if (!(offset >= 0 && offset < bytes.length)) offset = 0;
		isResumed = offset > 0;
		while (offset < bytes.length) {
			const end = Math.min(offset + CHUNK, bytes.length);
			const answer = await requestServer(server, path, {
				...access,
				method: "PUT",
				body: bytes.subarray(offset, end),
				headers: {
					"content-type": "application/octet-stream",
					"content-range": `bytes ${offset}-${end - 1}/${bytes.length}`,
				},
			});
			if (isComplete(answer.headers)) return;
			offset = end;
		}
	} catch (error) {
		// the first part may have been of another file: the server has thrown it away by now
		if (error instanceof ServerAnswerError && FINAL.has(error.status) && !isResumed) {
			throw new FinalError(`${nameOf(server)} does not take the recording ${id}`, { cause: error });
		}
		throw error;
	}
}

function isComplete(headers: IncomingHttpHeaders): boolean {
	return headers["upload-complete"] === "?1";
}
