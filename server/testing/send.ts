import { type IncomingHttpHeaders, request } from "node:http";
import type { Problem } from "../../contract/problem.ts";

export interface Answer {
	status: number;
	headers: IncomingHttpHeaders;
	body: Buffer;
	/** undefined when the body is not JSON */
	json: unknown;
	/** of problem details */
	code: string | undefined;
}

export interface Message {
	method?: string;
	headers?: Record<string, string>;
	body?: string | Uint8Array;
}

/** A plain HTTP request: the path goes out exactly as it is written, and so do Host and Origin, unlike with fetch. */
export function send(
	origin: string,
	path: string,
	{ method = "GET", headers = {}, body }: Message = {},
): Promise<Answer> {
	const { hostname, port } = new URL(origin);
	const length: Record<string, string | number> =
		body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
	return new Promise((resolve, reject) => {
		const outgoing = request({
			hostname,
			port,
			path,
			method,
			headers: { ...length, ...headers },
			agent: false,
		});
		outgoing.once("error", reject);
		outgoing.once("response", (incoming) => {
			const chunks: Buffer[] = [];
			incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
			incoming.once("error", reject);
			incoming.once("end", () => {
				const whole = Buffer.concat(chunks);
				const json = parse(whole);
				const code = (json as Partial<Problem> | undefined)?.code;
				resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: whole, json, code });
			});
		});
		outgoing.end(body);
	});
}

function parse(body: Buffer): unknown {
	try {
		return JSON.parse(body.toString("utf8"));
	} catch {
		return undefined;
	}
}
