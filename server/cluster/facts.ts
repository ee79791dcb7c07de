import type { Store } from "../../kubernetes/store.ts";
import type {
	InjectionConfiguration,
	InjectionFacts,
	LimitRangeFacts,
	NamespaceFacts,
	QuotaFacts,
} from "../admission/facts.ts";
import type { Refusals } from "../admission/refusals.ts";
import type { ClusterNamespace } from "./namespace-projection.ts";

export interface FactSources {
	readonly configuration: () => InjectionConfiguration | undefined;
	readonly namespaces: Pick<Store<ClusterNamespace>, "get">;
	readonly quotas: Pick<Store<QuotaFacts>, "list">;
	readonly limitRanges: Pick<Store<LimitRangeFacts>, "list">;
	readonly refusals: Pick<Refusals, "find">;
}

/** What the cluster's stores say, for explaining why a pod has no sidecar. */
export function clusterFacts(sources: FactSources): InjectionFacts {
	const { configuration, namespaces, quotas, limitRanges, refusals } = sources;
	return {
		configuration,
		namespace: (name) => namespaces.get(name),
		quotas: (namespace) => quotas.list(namespace),
		limitRanges: (namespace) => limitRanges.list(namespace),
		refusal: (owner) => refusals.find(owner),
	};
}

/**
 * The same for the webhook. The API server calls it only for namespaces with the label: where the store has none, the
 * store is behind and nothing that it says of this namespace holds.
 */
export function admissionFacts(facts: InjectionFacts, namespaces: FactSources["namespaces"]): InjectionFacts {
	const namespace = (name: string): NamespaceFacts | undefined => {
		const known = namespaces.get(name);
		return known?.enabled === true ? known : undefined;
	};
	return { ...facts, namespace };
}
