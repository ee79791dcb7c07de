import { fetch, type RequestInit, type Response } from "undici";
import type { ServerAddress, TokenSource } from "../servers.ts";

/** Beyond this a server that says nothing is as good as gone. */
const ANSWER_MILLISECONDS = 30_000;

/** The server answered, but not with success. */
export class ServerAnswerError extends Error {
	override name = "ServerAnswerError";
	readonly status: number;

	constructor(status: number, url: string) {
		super(`${url} answered ${status}`);
		this.status = status;
	}
}

/**
 * A request with the agent's token; the token is asked for each time, since it rotates.
 * @throws ServerAnswerError, or undici's error where nothing answered
 */
export async function requestServer(
	server: ServerAddress,
	path: string,
	init: RequestInit & { token: TokenSource; signal: AbortSignal },
): Promise<Response> {
	const { token, signal, headers, ...rest } = init;
	const url = server.url + path;
	const response = await fetch(url, {
		...rest,
		redirect: "error",
		headers: { ...(headers as Record<string, string>), authorization: `Bearer ${await token()}` },
		signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MILLISECONDS)]),
		...(server.dispatcher === undefined ? {} : { dispatcher: server.dispatcher }),
	});
	if (response.ok) return response;
	await response.body?.cancel();
	throw new ServerAnswerError(response.status, url);
}
