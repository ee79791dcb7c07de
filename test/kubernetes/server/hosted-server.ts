import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Shell } from "../../cluster/shell.ts";
import { eventually } from "../../e2e/furnace.ts";

const MAIN = fileURLToPath(new URL("../../../server/main.ts", import.meta.url));

export interface Answer {
	status: number;
	headers: IncomingHttpHeaders;
	json: unknown;
	/** of problem details */
	code: string | undefined;
}

export interface Message {
	method?: string;
	token?: string;
	headers?: Record<string, string>;
	body?: object;
	/** to the webhook's listener */
	admission?: boolean;
}

export interface HostedServer {
	ports: { server: number; admission: number };
	process: ChildProcess;
	/** lines of its log */
	log: Record<string, unknown>[];
	/** all it wrote */
	output(): string;
	/** Over TLS, its certificate not looked at. Each message has a connection of its own. */
	send(path: string, message?: Message): Promise<Answer>;
	ready(): Promise<void>;
	/** SIGTERM, without draining unless the environment says so. @returns the exit code */
	stop(): Promise<number | null>;
}

/** The server's program as a process of this machine, against the cluster, for a Furnace in a namespace of its own. */
export async function hostServer(
	shell: Shell,
	namespace: string,
	environment: Record<string, string> = {},
): Promise<HostedServer> {
	const archive = mkdtempSync(join(tmpdir(), "furnace-server-"));
	const child = spawn(process.execPath, [MAIN], {
		env: {
			...shell.environment,
			FURNACE_NAMESPACE: namespace,
			FURNACE_POD_NAME: "hosted",
			FURNACE_ARCHIVE: archive,
			FURNACE_PORT: "0",
			FURNACE_ADMISSION_PORT: "0",
			FURNACE_DRAIN_SECONDS: "0",
			...environment,
		},
		stdio: ["ignore", "pipe", "pipe"],
	});
	const ended = once(child, "exit").finally(() => rmSync(archive, { recursive: true, force: true }));
	const log: Record<string, unknown>[] = [];
	let output = "";
	child.stderr.on("data", (chunk) => {
		output += chunk;
	});
	createInterface({ input: child.stdout }).on("line", (line) => {
		output += `${line}\n`;
		log.push(parse(line));
	});
	const listening = eventually("the server listens", () => {
		const line = log.find(({ msg }) => msg === "Furnace's server listens");
		return line as { server: number; admission: number } | undefined;
	});
	const ports = await Promise.race([
		listening,
		ended.then(([code]) => Promise.reject(new Error(`the server ended with ${code}:\n${output}`))),
	]);
	const send: HostedServer["send"] = (path, message = {}) =>
		sendTo(message.admission === true ? ports.admission : ports.server, path, message);
	return {
		ports,
		process: child,
		log,
		output: () => output,
		send,
		async ready() {
			await eventually("the server is ready", async () => (await send("/readyz")).status === 200);
		},
		async stop() {
			child.kill("SIGTERM");
			const [code] = (await ended) as [number | null];
			return code;
		},
	};
}

function sendTo(port: number, path: string, message: Message): Promise<Answer> {
	const { method = "GET", token, body, headers = {} } = message;
	const text = body === undefined ? undefined : JSON.stringify(body);
	return new Promise((resolve, reject) => {
		const outgoing = request({
			host: "127.0.0.1",
			port,
			path,
			method,
			rejectUnauthorized: false,
			agent: false,
			headers: {
				...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
				...(text === undefined
					? {}
					: { "content-type": "application/json", "content-length": String(Buffer.byteLength(text)) }),
				...headers,
			},
		});
		outgoing.once("error", reject);
		outgoing.once("response", (incoming) => {
			let answer = "";
			incoming.setEncoding("utf8").on("data", (chunk: string) => {
				answer += chunk;
			});
			incoming.once("error", reject);
			incoming.once("end", () => {
				const json = parse(answer);
				const code = (json as { code?: string }).code;
				resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, json, code });
			});
		});
		outgoing.end(text);
	});
}

function parse(text: string): Record<string, unknown> {
	try {
		return JSON.parse(text) as Record<string, unknown>;
	} catch {
		return { text };
	}
}
