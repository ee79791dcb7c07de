import {
	type ClientRequest,
	type IncomingHttpHeaders,
	type IncomingMessage,
	request as overHttp,
} from "node:http";
import { request as overHttps } from "node:https";
import { isIP } from "node:net";
import { createSecureContext, type SecureContext } from "node:tls";
import { nameOf, type ServerAddress, type TokenSource } from "./servers.ts";

/** Beyond this a server that says nothing is as good as gone. */
const ANSWER_MILLISECONDS = 30_000;
/** A registration's answer holds a bundle of certificates; nothing that servers answer is larger. */
const LARGEST_ANSWER = 2 ** 20;

/** The server answered, but not with success. */
export class ServerAnswerError extends Error {
	override name = "ServerAnswerError";
	readonly status: number;

	constructor(status: number, url: string) {
		super(`${url} answered ${status}`);
		this.status = status;
	}
}

export interface ServerRequest {
	readonly method: "GET" | "HEAD" | "POST" | "PUT";
	readonly token: TokenSource;
	readonly signal: AbortSignal;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: string | Uint8Array;
}

export interface ServerAnswer {
	readonly headers: IncomingHttpHeaders;
	readonly body: string;
}

/**
 * A request with the agent's token; the token is asked for each time, since it rotates. Each opens a connection of its own:
 * kept open, those of thousands of agents would fill the servers' memory. Redirects are not followed.
 * @throws ServerAnswerError, or Node's error where nothing answered
 */
export async function requestServer(
	server: ServerAddress,
	path: string,
	{ method, token, signal, headers, body }: ServerRequest,
): Promise<ServerAnswer> {
	const proof = `Bearer ${await token()}`;
	const request = open(server, path, { method, signal, headers: { ...headers, authorization: proof } });
	const timer = setTimeout(
		() =>
			request.destroy(new Error(`${nameOf(server)} said nothing for ${ANSWER_MILLISECONDS / 1000} seconds`)),
		ANSWER_MILLISECONDS,
	);
	try {
		return await answerTo(request, body, server.url + path);
	} finally {
		clearTimeout(timer);
	}
}

function open(
	{ url, address, ca }: ServerAddress,
	path: string,
	options: { method: string; signal: AbortSignal; headers: Record<string, string> },
): ClientRequest {
	const { protocol, hostname, host, port } = new URL(url);
	const name = hostname.replace(/^\[|\]$/g, "");
	const common = {
		...options,
		path,
		host: address ?? name,
		port,
		agent: false as const,
		headers: { ...options.headers, host },
	};
	if (protocol === "http:") return overHttp(common);
	// the certificate must be the name's, wherever it is dialled; an address is never sent as a name
	return overHttps({
		...common,
		...(isIP(name) === 0 ? { servername: name } : {}),
		...(ca === undefined ? {} : { secureContext: contextTrusting(ca()) }),
	});
}

let known: { readonly roots: string; readonly context: SecureContext } | undefined;

/** The same one as long as the roots are: to read them is a good part of what a heartbeat costs. */
function contextTrusting(roots: string): SecureContext {
	if (known?.roots !== roots) known = { roots, context: createSecureContext({ ca: roots }) };
	return known.context;
}

function answerTo(
	request: ClientRequest,
	body: string | Uint8Array | undefined,
	url: string,
): Promise<ServerAnswer> {
	return new Promise((resolve, reject) => {
		request.on("error", reject);
		request.on("response", (response) => {
			readAnswer(response, url).then(resolve, (error) => {
				request.destroy();
				reject(error);
			});
		});
		request.end(body);
	});
}

async function readAnswer(response: IncomingMessage, url: string): Promise<ServerAnswer> {
	const status = response.statusCode ?? 0;
	if (status < 200 || status > 299) throw new ServerAnswerError(status, url);
	let body = "";
	for await (const chunk of response.setEncoding("utf8")) {
		body += chunk;
		if (body.length > LARGEST_ANSWER)
			throw new Error(`${url} answered with more than ${LARGEST_ANSWER} bytes`);
	}
	return { headers: response.headers, body };
}
