import { OBJECTS } from "../../contract/names.ts";
import type { Change } from "../../kubernetes/change.ts";
import type { Connection } from "../../kubernetes/connect.ts";
import { KINDS } from "../../kubernetes/kinds.ts";
import type { Log } from "../../kubernetes/log.ts";
import type { KubernetesObject, ResourceKind } from "../../kubernetes/objects.ts";
import { type Store, type StoreOptions, watchObjects } from "../../kubernetes/store.ts";
import type { LimitRangeFacts, QuotaFacts } from "../admission/facts.ts";
import { projectInstallation } from "./installation.ts";
import {
	type ClusterNamespace,
	projectLimitRange,
	projectNamespace,
	projectQuota,
} from "./namespace-projection.ts";
import { type ClusterPod, projectPod } from "./pod-projection.ts";
import { FAILED_CREATE, projectRefusal, type RefusalEvent } from "./refusal-events.ts";
import { projectTls, type TlsMaterial } from "./tls-material.ts";

/** Who is told of changes. */
export interface WatchListeners {
	readonly installation: (change: Change<string>) => void;
	readonly tls: (change: Change<TlsMaterial>) => void;
	readonly pods: (change: Change<ClusterPod>) => void;
	readonly refusals: (change: Change<RefusalEvent | null>) => void;
}

/** All that the server knows of its cluster, kept up to date by watches. */
export interface Watches {
	readonly pods: Store<ClusterPod>;
	readonly namespaces: Store<ClusterNamespace>;
	readonly quotas: Store<QuotaFacts>;
	readonly limitRanges: Store<LimitRangeFacts>;
	/** every one was listed once */
	readonly synced: Promise<unknown>;
	/** those that were not, by their kind */
	missing(): string[];
	/** seconds since the API server was last heard of, by kind */
	staleness(): Record<string, number>;
	close(): void;
}

/** @param namespace Furnace's own */
export function openWatches(
	connection: Connection,
	namespace: string,
	{ listeners, log }: { listeners: WatchListeners; log: Log },
): Watches {
	const stores = new Map<string, Store<unknown>>();
	function watch<T extends KubernetesObject, P>(kind: ResourceKind, options: StoreOptions<T, P>): Store<P> {
		const store = watchObjects<T, P>(connection, kind, { log, ...options });
		stores.set(kind.plural, store);
		return store;
	}
	const ours = (name: string) => ({ namespace, fieldSelector: `metadata.name=${name}` });

	watch(KINDS.configMap, {
		...ours(OBJECTS.installation),
		project: projectInstallation,
		onChange: listeners.installation,
	});
	watch(KINDS.secret, { ...ours(OBJECTS.serverTls), project: projectTls, onChange: listeners.tls });
	watch(KINDS.event, {
		fieldSelector: FAILED_CREATE,
		project: projectRefusal,
		onChange: listeners.refusals,
	});
	return {
		namespaces: watch(KINDS.namespace, { project: projectNamespace }),
		quotas: watch(KINDS.resourceQuota, { project: projectQuota }),
		limitRanges: watch(KINDS.limitRange, { project: projectLimitRange }),
		pods: watch(KINDS.pod, { project: projectPod, onChange: listeners.pods }),
		synced: Promise.all([...stores.values()].map(({ synced }) => synced)),
		missing: () => [...stores].flatMap(([name, store]) => (store.isSynced() ? [] : [name])),
		staleness: () => Object.fromEntries([...stores].map(([name, store]) => [name, store.staleSeconds()])),
		close() {
			for (const store of stores.values()) store.close();
		},
	};
}
