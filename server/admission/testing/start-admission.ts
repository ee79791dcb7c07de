import type { IncomingHttpHeaders } from "node:http";
import { type RequestOptions, request } from "node:https";
import type { TestContext } from "node:test";
import { type AdmissionOptions, buildAdmission } from "../../admission-app.ts";
import { makeSelfSigned } from "../../testing/certificates.ts";
import { factsWith } from "./facts.ts";

export interface AdmissionAnswer {
	status: number;
	headers: IncomingHttpHeaders;
	text: string;
	/** of problem details */
	code: unknown;
}

export interface TestAdmission {
	port: number;
	post(body: string | Buffer, headers?: Record<string, string>): Promise<AdmissionAnswer>;
	send(options: RequestOptions, body?: string | Buffer): Promise<AdmissionAnswer>;
}

/** A real webhook over TLS on a port of its own. */
export async function startAdmission(
	t: TestContext,
	changes: Partial<AdmissionOptions> = {},
): Promise<TestAdmission> {
	const tls = await makeSelfSigned("furnace-test");
	const app = await buildAdmission({ tls, facts: factsWith(), ...changes });
	t.after(() => app.close());
	const { port } = new URL(await app.listen({ host: "127.0.0.1", port: 0 }));
	const send: TestAdmission["send"] = (options, body) => sendTo(Number(port), options, body);
	return {
		port: Number(port),
		send,
		post: (body, headers = {}) =>
			send(
				{
					method: "POST",
					path: "/mutate",
					headers: {
						"content-type": "application/json",
						"content-length": Buffer.byteLength(body),
						...headers,
					},
				},
				body,
			),
	};
}

function sendTo(port: number, options: RequestOptions, body?: string | Buffer): Promise<AdmissionAnswer> {
	return new Promise((resolve, reject) => {
		const outgoing = request({
			host: "127.0.0.1",
			port,
			rejectUnauthorized: false,
			agent: false,
			...options,
		});
		outgoing.once("error", reject);
		outgoing.once("response", (incoming) => {
			let text = "";
			incoming.setEncoding("utf8").on("data", (chunk: string) => {
				text += chunk;
			});
			incoming.once("error", reject);
			incoming.once("end", () =>
				resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, code: codeIn(text) }),
			);
		});
		outgoing.end(body);
	});
}

function codeIn(text: string): unknown {
	try {
		return (JSON.parse(text) as { code?: unknown }).code;
	} catch {
		return undefined;
	}
}
