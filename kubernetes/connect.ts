import { PatchStrategy } from "@kubernetes/client-node";
import type { Cluster } from "./cluster.ts";
import { openCredentials } from "./credentials.ts";
import { isStatus } from "./failures.ts";
import { type Page, parseEvent, parsePage, type Watchable, type WatchEvent } from "./list-and-watch.ts";
import { type Log, SILENT } from "./log.ts";
import type { KubernetesObject, Metadata, ResourceKind, Selection } from "./objects.ts";
import { pathOf, selectorsOf } from "./paths.ts";
import { accessReview, isAllowed, tokenAnswer, tokenReview } from "./review-objects.ts";
import { type Call, type CallLimits, openTransport, type Transport } from "./transport.ts";
import { parseVersion } from "./version.ts";

const DEADLINE_MS = 10_000;
const PAGE_SIZE = 500;
/** A watch ends by itself; one that has not ended this long after is dead. */
const WATCH_GRACE_MS = 3_000;

/** A cluster, and what the stores, leases and Events of this room need of it. */
export interface Connection extends Cluster, Watchable {
	/** of the ServiceAccount or of the kubeconfig's context; `default` where none is named */
	readonly namespace: string;
	/** The API server's address, as the credentials name it. */
	readonly server: string;
	/**
	 * The whole object, as it is to be (PUT).
	 * @param options.fieldManager in whose name, as with `apply`
	 * @throws KubernetesError status 409: somebody changed it since (`metadata.resourceVersion`)
	 */
	replace<T extends KubernetesObject>(
		kind: ResourceKind,
		object: object,
		options?: { fieldManager: string },
	): Promise<T>;
	/**
	 * The same connection with other limits: how long a call may take (10 s, unless said), and what must hold whenever
	 * one that changes the cluster is sent.
	 */
	with(limits: Partial<CallLimits>): Connection;
	/** Calls under way fail, watches end. */
	close(): Promise<void>;
}

export interface ConnectOptions {
	/** path of a kubeconfig; absent: `KUBECONFIG`, else in a pod its ServiceAccount, else `~/.kube/config` */
	readonly kubeconfig?: string;
	readonly log?: Log;
}

/** @throws Error there are no credentials, or they cannot be read */
export function connectCluster({ kubeconfig, log = SILENT }: ConnectOptions = {}): Connection {
	const credentials = openCredentials({ ...(kubeconfig === undefined ? {} : { kubeconfig }), log });
	return connectionOver(openTransport(credentials), credentials, { deadlineMs: DEADLINE_MS });
}

function connectionOver(
	transport: Transport,
	{ server, namespace }: { server: string; namespace: string },
	limits: CallLimits,
): Connection {
	const connection: Connection = {
		server,
		namespace,
		get,
		list,
		create: (kind, object) => write("POST", kind, object),
		replace: (kind, object, options) => write("PUT", kind, object, options),
		apply,
		delete: remove,
		version: async () => parseVersion(await ask("/version")),
		reviewToken,
		reviewAccess: async (question) => isAllowed(await post(accessReview(question))),
		listPage,
		watch,
		with: (other) => connectionOver(transport, connection, { ...limits, ...other }),
		close: () => transport.close(),
	};
	return connection;

	function call(asked: Call): Promise<unknown> {
		return transport.call(asked, limits);
	}

	function ask(path: string): Promise<unknown> {
		return call({ method: "GET", path, repeatable: true });
	}

	/** Reviews change nothing, though they are posted. */
	function post({ path, body }: { path: string; body: object }): Promise<unknown> {
		return transport.call(
			{ method: "POST", path, body, repeatable: true },
			{ deadlineMs: limits.deadlineMs },
		);
	}

	async function get<T extends KubernetesObject>(kind: ResourceKind, name: string, namespace?: string) {
		try {
			return (await ask(pathOf(kind, place(name, namespace)))) as T;
		} catch (error) {
			if (isStatus(error, 404)) return null;
			throw error;
		}
	}

	async function list<T extends KubernetesObject>(
		kind: ResourceKind,
		selection: Selection = {},
	): Promise<T[]> {
		const items: T[] = [];
		let next: string | undefined;
		do {
			const page: Page<T> = await listPage<T>(kind, selection, {
				limit: PAGE_SIZE,
				...(next === undefined ? {} : { next }),
			});
			items.push(...page.items);
			next = page.next;
		} while (next !== undefined);
		return items;
	}

	async function listPage<T extends KubernetesObject>(
		kind: ResourceKind,
		selection: Selection,
		{ limit, next }: { limit: number; next?: string },
	): Promise<Page<T>> {
		const path = pathOf(kind, place(undefined, selection.namespace));
		const query = { ...selectorsOf(selection), limit, continue: next };
		return parsePage<T>(await call({ method: "GET", path, query, repeatable: true }), `GET ${path}`);
	}

	async function* watch<T extends KubernetesObject>(
		kind: ResourceKind,
		selection: Selection,
		from: { resourceVersion: string; seconds: number; signal: AbortSignal; onOpen?: () => void },
	): AsyncGenerator<WatchEvent<T>> {
		const path = pathOf(kind, place(undefined, selection.namespace));
		const query = {
			...selectorsOf(selection),
			watch: true,
			allowWatchBookmarks: true,
			resourceVersion: from.resourceVersion,
			timeoutSeconds: from.seconds,
		};
		const lines = transport.lines(path, query, {
			lifeMs: from.seconds * 1000 + WATCH_GRACE_MS,
			signal: from.signal,
			...(from.onOpen === undefined ? {} : { onOpen: from.onOpen }),
		});
		for await (const line of lines) yield parseEvent<T>(line, `watch ${path}`);
	}

	async function write<T extends KubernetesObject>(
		method: "POST" | "PUT",
		kind: ResourceKind,
		object: object,
		query: { fieldManager?: string } = {},
	): Promise<T> {
		const { name, namespace } = metadataOf(object);
		// what is created is posted to the collection: its namespace is needed, its name may be left to `generateName`
		if (kind.namespaced && namespace === undefined)
			throw new Error(`${kind.plural} are in a namespace: none was given`);
		const path = pathOf(kind, place(method === "PUT" ? (name ?? "") : undefined, namespace));
		return (await call({ method, path, query, body: complete(kind, object), repeatable: false })) as T;
	}

	async function apply<T extends KubernetesObject>(
		kind: ResourceKind,
		object: object,
		{ fieldManager, subresource }: { fieldManager: string; subresource?: "status" },
	): Promise<T> {
		const { name, namespace } = metadataOf(object);
		const path = pathOf(kind, {
			...place(name ?? "", namespace),
			...(subresource === undefined ? {} : { subresource }),
		});
		return (await call({
			method: "PATCH",
			path,
			query: { fieldManager, force: true },
			body: complete(kind, object),
			contentType: PatchStrategy.ServerSideApply,
			repeatable: true,
		})) as T;
	}

	async function remove(kind: ResourceKind, name: string, namespace?: string, only?: { uid: string }) {
		const path = pathOf(kind, place(name, namespace));
		const body = {
			apiVersion: "v1",
			kind: "DeleteOptions",
			// Jobs would leave their pods behind
			propagationPolicy: "Background",
			...(only === undefined ? {} : { preconditions: { uid: only.uid } }),
		};
		try {
			await call({ method: "DELETE", path, body, repeatable: true });
		} catch (error) {
			const isAnother = only !== undefined && isStatus(error, 409);
			if (!isStatus(error, 404) && !isAnother) throw error;
		}
	}

	async function reviewToken(token: string, audience?: string) {
		if (token === "") return null;
		return tokenAnswer(await post(tokenReview(token, audience)));
	}
}

function place(name: string | undefined, namespace: string | undefined) {
	return { ...(name === undefined ? {} : { name }), ...(namespace === undefined ? {} : { namespace }) };
}

function metadataOf(object: object): Partial<Metadata> {
	return (object as { metadata?: Partial<Metadata> }).metadata ?? {};
}

function complete(kind: ResourceKind, object: object): object {
	return { apiVersion: kind.apiVersion, kind: kind.kind, ...object };
}
