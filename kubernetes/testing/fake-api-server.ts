import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Change, FakeObjects, type NewObject, parentOf, type Stored } from "./fake-objects.ts";

/** A request as it came, for assertions. */
export interface Seen {
	readonly method: string;
	readonly path: string;
	readonly query: URLSearchParams;
	readonly headers: IncomingMessage["headers"];
	readonly body: unknown;
	/** that of the connection: the same for all requests of one */
	readonly remotePort: number | undefined;
}

/** Answers instead of the fake; undefined: the fake answers after all. */
type Interception = (
	seen: Seen,
	response: ServerResponse,
) => "answered" | undefined | Promise<"answered" | undefined>;

/**
 * Enough of a Kubernetes API server to test against: collections by path, resource versions and their conflicts, pages,
 * watches with bookmarks. What it does not do (validation, admission, server-side apply's merging) is tested on a real one.
 */
export class FakeApiServer {
	readonly seen: Seen[] = [];
	/** Asked first for each request. */
	intercept: Interception = () => undefined;
	/** Watches from before this resource version are refused with 410. */
	oldest = 0;
	readonly kubeconfig: string;
	readonly #folder = mkdtempSync(join(tmpdir(), "furnace-test-api-"));
	readonly #objects = new FakeObjects((change) => {
		for (const { send } of this.#watches) send(change);
	});
	readonly #watches = new Set<{ send: (change: Change) => void; response: ServerResponse }>();
	readonly #sockets = new Set<Socket>();
	readonly #server = createServer((request, response) => {
		this.#answer(request, response).catch((error) => {
			response.destroy(error);
		});
	});

	constructor() {
		this.kubeconfig = join(this.#folder, "kubeconfig");
		this.#server.on("connection", (socket) => {
			this.#sockets.add(socket);
			socket.once("close", () => this.#sockets.delete(socket));
		});
	}

	async start(port = 0): Promise<this> {
		await new Promise<void>((resolve) => this.#server.listen(port, "127.0.0.1", resolve));
		this.writeKubeconfig("secret-token");
		return this;
	}

	get port(): number {
		return (this.#server.address() as AddressInfo).port;
	}

	get version(): number {
		return this.#objects.version;
	}

	writeKubeconfig(token: string): void {
		const config = {
			apiVersion: "v1",
			kind: "Config",
			"current-context": "fake",
			contexts: [{ name: "fake", context: { cluster: "fake", user: "fake", namespace: "home" } }],
			clusters: [
				{
					name: "fake",
					cluster: { server: `http://127.0.0.1:${this.port}`, "insecure-skip-tls-verify": true },
				},
			],
			users: [{ name: "fake", user: { token } }],
		};
		writeFileSync(this.kubeconfig, JSON.stringify(config));
	}

	/** @param path of the collection */
	put(path: string, object: NewObject): Stored {
		return this.#objects.put(path, object);
	}

	remove(path: string, name: string): void {
		this.#objects.remove(path, name);
	}

	get(path: string, name: string): Stored | undefined {
		return this.#objects.get(`${path}/${name}`);
	}

	/** As when a watch's time is over; or, abruptly, as when the API server is killed. */
	endWatches(how: "clean" | "abrupt"): void {
		for (const { response } of this.#watches) {
			if (how === "clean") response.end();
			else response.destroy();
		}
	}

	/** Sends a line to all watches, whatever it is. */
	sendLine(line: string): void {
		for (const { response } of this.#watches) response.write(`${line}\n`);
	}

	get watches(): number {
		return this.#watches.size;
	}

	async close(): Promise<void> {
		for (const socket of this.#sockets) socket.destroy();
		await new Promise((resolve) => this.#server.close(resolve));
		rmSync(this.#folder, { recursive: true, force: true });
	}

	async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const url = new URL(request.url ?? "/", "http://fake");
		const text = await readAll(request);
		const seen: Seen = {
			method: request.method ?? "",
			path: url.pathname,
			query: url.searchParams,
			headers: request.headers,
			body: text === "" ? undefined : JSON.parse(text),
			remotePort: request.socket.remotePort,
		};
		this.seen.push(seen);
		if ((await this.intercept(seen, response)) === "answered") return;
		if (seen.query.has("watch")) this.#watch(seen, response);
		else if (seen.method === "GET") this.#read(seen, response);
		else this.#write(seen, response);
	}

	#read({ path, query }: Seen, response: ServerResponse): void {
		const object = this.#objects.get(path);
		if (object !== undefined) json(response, 200, object);
		else if (isCollection(path)) json(response, 200, this.#objects.page(path, query));
		else refuse(response, 404, "NotFound");
	}

	#write({ method, path, body }: Seen, response: ServerResponse): void {
		const object = body as Stored;
		const isNew = method === "POST";
		const collection = isNew ? path : parentOf(path);
		const name = isNew ? object.metadata.name : path.slice(collection.length + 1);
		const known = this.get(collection, name);
		const wanted = object.metadata?.resourceVersion;
		if (isNew && known !== undefined) refuse(response, 409, "AlreadyExists");
		else if (!isNew && known === undefined) refuse(response, 404, "NotFound");
		else if (method === "DELETE") {
			this.remove(collection, name);
			json(response, 200, { kind: "Status", status: "Success" });
		} else if (wanted !== undefined && wanted !== known?.metadata.resourceVersion)
			refuse(response, 409, "Conflict");
		else json(response, 200, this.put(collection, object as never));
	}

	#watch({ path, query }: Seen, response: ServerResponse): void {
		const from = Number(query.get("resourceVersion"));
		response.writeHead(200, { "content-type": "application/json" });
		response.flushHeaders();
		if (from < this.oldest) {
			const object = { kind: "Status", code: 410, reason: "Expired", message: "too old resource version" };
			response.end(`${JSON.stringify({ type: "ERROR", object })}\n`);
			return;
		}
		const send = ({ type, object, path: changed }: Change) => {
			if (changed === path) response.write(`${JSON.stringify({ type, object })}\n`);
		};
		const watch = { send, response };
		for (const change of this.#objects.history) if (change.version > from) send(change);
		this.#watches.add(watch);
		response.once("close", () => this.#watches.delete(watch));
	}
}

export function refuse(response: ServerResponse, code: number, reason: string, headers = {}): void {
	json(
		response,
		code,
		{ kind: "Status", status: "Failure", code, reason, message: `${reason}, says the fake` },
		headers,
	);
}

export function json(response: ServerResponse, code: number, body: unknown, headers = {}): void {
	response.writeHead(code, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

/** `/api/v1/pods`, `/api/v1/namespaces/x/pods`; with a name after it, it is an object. */
function isCollection(path: string): boolean {
	return /^\/(api\/v1|apis\/[^/]+\/[^/]+)(\/namespaces\/[^/]+)?\/[^/]+$/.test(path);
}

async function readAll(request: IncomingMessage): Promise<string> {
	let text = "";
	for await (const chunk of request.setEncoding("utf8")) text += chunk;
	return text;
}
