import type { Connection } from "../../kubernetes/connect.ts";
import type { Log } from "../../kubernetes/log.ts";
import type { KubernetesObject, ResourceKind } from "../../kubernetes/objects.ts";
import { type Store, watchObjects } from "../../kubernetes/store.ts";

/** One object by name. */
export interface Place {
	readonly kind: ResourceKind;
	readonly name: string;
	/** absent: of the whole cluster */
	readonly namespace?: string;
}

/** Copies of single objects, each watched by its name: more than that the operator may not even read. */
export interface Watches {
	/** Watches these and no others from now on. @throws Error some could not be read in time */
	follow(places: readonly Place[]): Promise<void>;
	get(place: Place): KubernetesObject | undefined;
	close(): void;
}

const PATIENCE_MS = 20_000;

export function openWatches(
	connection: Connection,
	{ onChange, log }: { onChange: () => void; log: Log },
): Watches {
	const stores = new Map<string, Store<KubernetesObject>>();
	return {
		async follow(places) {
			const wanted = new Map(places.map((place) => [keyOf(place), place]));
			for (const [key, store] of stores) {
				if (wanted.has(key)) continue;
				store.close();
				stores.delete(key);
			}
			for (const [key, place] of wanted) if (!stores.has(key)) stores.set(key, open(place));
			await allSynced(stores);
		},
		get: (place) => stores.get(keyOf(place))?.get(place.name, place.namespace),
		close() {
			for (const store of stores.values()) store.close();
			stores.clear();
		},
	};

	function open({ kind, name, namespace }: Place): Store<KubernetesObject> {
		return watchObjects(connection, kind, {
			fieldSelector: `metadata.name=${name}`,
			...(namespace === undefined ? {} : { namespace }),
			onChange,
			log,
		});
	}
}

async function allSynced(stores: ReadonlyMap<string, Store<KubernetesObject>>): Promise<void> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<"late">((resolve) => {
		timer = setTimeout(() => resolve("late"), PATIENCE_MS);
	});
	const all = Promise.all([...stores.values()].map(({ synced }) => synced));
	const outcome = await Promise.race([all, late]);
	clearTimeout(timer);
	if (outcome !== "late") return;
	const missing = [...stores].filter(([, store]) => !store.isSynced()).map(([key]) => key);
	throw new Error(`cannot be watched: ${missing.join(", ")}`);
}

function keyOf({ kind, name, namespace }: Place): string {
	return `${kind.kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}
