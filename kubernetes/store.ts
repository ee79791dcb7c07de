import type { Change } from "./change.ts";
import type { Watchable } from "./list-and-watch.ts";
import { type Log, SILENT } from "./log.ts";
import type { KubernetesObject, ResourceKind, Selection } from "./objects.ts";
import { reflect } from "./reflector.ts";
import { StoreMemory } from "./store-memory.ts";

/** A copy of some objects of a cluster that is kept up to date. */
export interface Store<P> {
	get(name: string, namespace?: string): P | undefined;
	byUid(uid: string): P | undefined;
	/** @param namespace absent: of all */
	list(namespace?: string): readonly P[];
	/** The first list is complete. Never fails: it is tried until `close()`. */
	readonly synced: Promise<void>;
	isSynced(): boolean;
	/** How old what it says may be: since the API server was last heard of. In health below 30; Infinity: never yet. */
	staleSeconds(): number;
	close(): void;
}

export interface StoreOptions<T, P> extends Selection {
	/** What is kept of an object; all else is forgotten at once. Absent: all of it. An object it throws for is left out. */
	readonly project?: (object: T) => P;
	/** Called for each change, in order, after the store has it; also for the first list. What it throws is logged. */
	readonly onChange?: (change: Change<P>) => void;
	readonly log?: Log;
}

/** Lists and watches a kind of objects until it is closed; whatever happens to the API server, it comes back. */
export function watchObjects<T extends KubernetesObject, P = T>(
	cluster: Watchable,
	kind: ResourceKind,
	options: StoreOptions<T, P> = {},
): Store<P> {
	const { project = (object: T) => object as unknown as P, onChange, log = SILENT, ...selection } = options;
	const closing = new AbortController();
	const synced = Promise.withResolvers<void>();
	let isSynced = false;
	let heardAt = Number.NEGATIVE_INFINITY;

	const memory = new StoreMemory<T, P>(project, tell, (error, { name, namespace }) =>
		log.error(
			{ err: error, kind: kind.kind, namespace, name },
			"an object cannot be understood: it is left out",
		),
	);
	const receiver = {
		startList: () => memory.startList(),
		put: (object: T) => memory.put(object),
		remove: (metadata: T["metadata"]) => memory.remove(metadata),
		heard: () => {
			heardAt = performance.now();
		},
		listed: () => {
			isSynced = true;
			synced.resolve();
		},
	};
	reflect(cluster, kind, selection, { receiver, signal: closing.signal, log }).catch((error) =>
		log.error({ err: error, kind: kind.kind }, "watching the cluster has ended by a fault"),
	);

	return {
		get: (name, namespace) => memory.get(name, namespace),
		byUid: (uid) => memory.byUid(uid),
		list: (namespace) => memory.list(namespace),
		synced: synced.promise,
		isSynced: () => isSynced,
		staleSeconds: () => (performance.now() - heardAt) / 1000,
		close: () => closing.abort(),
	};

	/** Handlers are others' code: neither what they throw nor what they reject with ends the watch. */
	function tell(change: Change<P>): void {
		const failed = (error: unknown) =>
			log.error(
				{ err: error, kind: kind.kind, name: change.name },
				"what was to happen after a change failed",
			);
		try {
			Promise.resolve(onChange?.(change)).catch(failed);
		} catch (error) {
			failed(error);
		}
	}
}
