import { KubernetesError } from "./cluster.ts";
import { isStatus, NO_ANSWER } from "./failures.ts";
import type { Watchable } from "./list-and-watch.ts";
import type { Log } from "./log.ts";
import type { KubernetesObject, ResourceKind, Selection } from "./objects.ts";
import { delayAfter, jittered, sleep } from "./pacing.ts";

const PAGE_SIZE = 500;
/**
 * Watches are short: each proves at its end that the connection lives and brings the newest resource version (the API
 * server sends a bookmark just before), so that a dead one is noticed in time, and going on never needs a list.
 */
const WATCH_SECONDS = 20;
const WATCH_SPREAD = 0.2;
/** Between two beginnings of the same request. */
const APART_MS = 1_000;

/** Where a list and what a watch says go. */
export interface Receiver<T> {
	startList(): { add(objects: readonly T[]): void; finish(): void };
	put(object: T): void;
	remove(metadata: KubernetesObject["metadata"]): void;
	/** The API server was heard of: nothing has been missed until now. */
	heard(): void;
	/** A list is complete. */
	listed(): void;
}

/** Lists, then watches, for ever: nothing ends it but the signal. */
export async function reflect<T extends KubernetesObject>(
	cluster: Watchable,
	kind: ResourceKind,
	selection: Selection,
	{ receiver, signal, log }: { receiver: Receiver<T>; signal: AbortSignal; log: Log },
): Promise<void> {
	let resourceVersion: string | undefined;
	let failures = 0;
	const apart = { list: keepApart(APART_MS), watch: keepApart(APART_MS) };

	while (!signal.aborted) {
		try {
			if (resourceVersion === undefined) {
				await apart.list(signal);
				resourceVersion = await list();
			}
			await apart.watch(signal);
			await watch(resourceVersion);
			failures = 0;
		} catch (error) {
			if (signal.aborted) return;
			if (needsList(error)) resourceVersion = undefined;
			const delay = delayAfter(failures++);
			log.warn(
				{ err: error, kind: kind.kind, namespace: selection.namespace, retryMs: Math.round(delay) },
				"watching the cluster was interrupted",
			);
			await sleep(delay, signal);
		}
	}

	async function list(): Promise<string> {
		const received = receiver.startList();
		let next: string | undefined;
		for (;;) {
			const page = await cluster.listPage<T>(kind, selection, {
				limit: PAGE_SIZE,
				...(next === undefined ? {} : { next }),
			});
			if (signal.aborted) return page.resourceVersion;
			received.add(page.items);
			next = page.next;
			if (next !== undefined) continue;
			received.finish();
			receiver.heard();
			receiver.listed();
			return page.resourceVersion;
		}
	}

	async function watch(from: string): Promise<void> {
		const seconds = Math.round(jittered(WATCH_SECONDS, WATCH_SPREAD));
		const onOpen = () => receiver.heard();
		const events = cluster.watch<T>(kind, selection, { resourceVersion: from, seconds, signal, onOpen });
		for await (const { type, object } of events) {
			if (signal.aborted) return;
			if (type === "DELETED") receiver.remove(object.metadata);
			else if (type !== "BOOKMARK") receiver.put(object);
			resourceVersion = object.metadata.resourceVersion ?? resourceVersion;
			failures = 0;
			receiver.heard();
		}
		if (!signal.aborted) receiver.heard();
	}
}

/** After a mere interruption a watch goes on where it stopped; not when that is forgotten, or cannot be trusted. */
function needsList(error: unknown): boolean {
	if (!(error instanceof KubernetesError)) return true;
	return isStatus(error, 410) || error.reason === NO_ANSWER.silent || error.reason === NO_ANSWER.invalid;
}

/** @returns a function that waits until so long has passed since it last returned */
function keepApart(ms: number): (signal: AbortSignal) => Promise<void> {
	let last = Number.NEGATIVE_INFINITY;
	return async (signal) => {
		const wait = last + ms - performance.now();
		if (wait > 0) await sleep(wait, signal);
		last = performance.now();
	};
}
