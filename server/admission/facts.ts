import type { Installation } from "../../contract/installation.ts";
import type { Quantities } from "./pod.ts";

/** What the Furnace resource and its operator settle about every injected sidecar. */
export type InjectionConfiguration = Readonly<Installation>;

export interface NamespaceFacts {
	readonly labels: Readonly<Record<string, string>>;
	readonly annotations: Readonly<Record<string, string>>;
}

/**
 * A ResourceQuota: `hard` of its spec, `used` of its status. Those with scopes as well: one that does not match after
 * all keeps a sidecar away, an unknown one that matches would keep the pod away.
 */
export interface QuotaFacts {
	readonly name: string;
	readonly hard: Quantities;
	readonly used: Quantities;
}

/** One entry of a LimitRange's `spec.limits`. */
export interface LimitRangeItem {
	/** `Container`, `Pod`; others do not matter here */
	readonly type: string;
	readonly max?: Quantities;
	readonly min?: Quantities;
	readonly maxLimitRequestRatio?: Quantities;
}

export interface LimitRangeFacts {
	readonly name: string;
	readonly limits: readonly LimitRangeItem[];
}

/**
 * What a decision is made from besides the pod. Every method answers at once from what is known (informers' caches);
 * none may wait, ask the API server or change anything.
 */
export interface InjectionFacts {
	/**
	 * The very same object until something changes: patches are prepared per object.
	 * @returns undefined: there is no Furnace, or not everything about it is known yet
	 */
	configuration(): InjectionConfiguration | undefined;
	/**
	 * @returns undefined: not known, the webhook configuration's namespaceSelector is believed. Answer so for a namespace
	 * whose change may not have arrived yet: a cache that lags must not keep a sidecar away.
	 */
	namespace(name: string): NamespaceFacts | undefined;
	quotas(namespace: string): readonly QuotaFacts[];
	limitRanges(namespace: string): readonly LimitRangeFacts[];
	/**
	 * What a later admission step said when it refused a pod of this owner because of the sidecar.
	 * @param owner as `ownerKeyOf` makes it
	 * @returns undefined: nothing of the kind in the last ten minutes
	 */
	refusal(owner: string): string | undefined;
}

export { DEFAULT_RESOURCES } from "../../contract/installation.ts";

/** There is no Furnace: every pod is admitted as it is. */
export const nothingConfigured: InjectionFacts = {
	configuration: () => undefined,
	namespace: () => undefined,
	quotas: () => [],
	limitRanges: () => [],
	refusal: () => undefined,
};

/** Facts that never change: one configuration, nothing known of namespaces. For one machine, tests and benchmarks. */
export function constantFacts(configuration: InjectionConfiguration): InjectionFacts {
	return { ...nothingConfigured, configuration: () => configuration };
}
