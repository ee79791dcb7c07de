import { KubernetesError } from "./cluster.ts";
import { NO_ANSWER, refusal } from "./failures.ts";
import type { KubernetesObject, ResourceKind, Selection } from "./objects.ts";

/** One page of a list. */
export interface Page<T> {
	readonly items: readonly T[];
	/** of the list, from which a watch goes on */
	readonly resourceVersion: string;
	/** where the next page begins; absent: this was the last */
	readonly next?: string;
}

/** What a watch says; a bookmark carries nothing but the resource version that has been reached. */
export interface WatchEvent<T> {
	readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
	readonly object: T;
}

/** What a store needs of a cluster. */
export interface Watchable {
	/** @throws KubernetesError status 410: `next` is too old, begin anew */
	listPage<T extends KubernetesObject>(
		kind: ResourceKind,
		selection: Selection,
		page: { limit: number; next?: string },
	): Promise<Page<T>>;
	/**
	 * Ends by itself after about `seconds`; leaving it early closes it.
	 * @param from.onOpen the API server has begun to answer: nothing has been missed until now
	 * @throws KubernetesError status 410: the resource version is too old; 0: nothing was heard for too long
	 */
	watch<T extends KubernetesObject>(
		kind: ResourceKind,
		selection: Selection,
		from: { resourceVersion: string; seconds: number; signal: AbortSignal; onOpen?: () => void },
	): AsyncIterable<WatchEvent<T>>;
}

interface ListAnswer<T> {
	readonly items?: readonly T[];
	readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
}

/**
 * @param answer the parsed body of a list
 * @param asked for the message of the error
 * @throws KubernetesError it is no list
 */
export function parsePage<T>(answer: unknown, asked: string): Page<T> {
	const { items, metadata } = answer as ListAnswer<T>;
	if (!Array.isArray(items) || metadata?.resourceVersion === undefined)
		throw new KubernetesError(0, NO_ANSWER.invalid, `${asked}: the answer is no list`);
	return {
		items,
		resourceVersion: metadata.resourceVersion,
		...(metadata.continue ? { next: metadata.continue } : {}),
	};
}

/**
 * @param line of a watch's answer
 * @param asked for the message of the error
 * @throws KubernetesError it is not JSON, or tells of an error
 */
export function parseEvent<T>(line: string, asked: string): WatchEvent<T> {
	let event: { type?: unknown; object?: unknown };
	try {
		event = JSON.parse(line);
	} catch (error) {
		throw new KubernetesError(0, NO_ANSWER.invalid, `${asked}: an event is not JSON`, { cause: error });
	}
	if (event.type === "ERROR") throw refusal(200, JSON.stringify(event.object), asked);
	return event as WatchEvent<T>;
}
