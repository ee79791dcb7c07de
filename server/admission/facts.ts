import type { PrivilegeMode } from "../../contract/agent-environment.ts";
import type { Quantities } from "./pod.ts";

/** Amounts of one sidecar as Kubernetes quantities; both always name cpu and memory. */
export interface SidecarResources {
	readonly requests: { readonly cpu: string; readonly memory: string };
	readonly limits: { readonly cpu: string; readonly memory: string };
	/** requests and limits alike, in pods of class Guaranteed */
	readonly guaranteed: { readonly cpu: string; readonly memory: string };
}

/** What the Furnace resource and its operator settle about every injected sidecar. */
export interface InjectionConfiguration {
	/** of the agent, with its registry; best by digest */
	readonly image: string;
	readonly imagePullPolicy?: "Always" | "IfNotPresent" | "Never";
	/** the operator has seen this very image start in this cluster */
	readonly imageProven: boolean;
	/** of the agent; the result annotation's value */
	readonly version: string;
	readonly privilege: PrivilegeMode;
	/** PEM: the roots that agents trust */
	readonly ca: string;
	/** where agents register: `https://furnace-server-replicas.furnace.svc:8080` */
	readonly serverUrl: string;
	readonly maxDurationSeconds: number;
	/** Furnace's own namespace; never injected */
	readonly namespace: string;
	/** the lowest among API servers and the nodes that pods may land on: old nodes do not know native sidecars */
	readonly kubernetes: { readonly major: number; readonly minor: number };
	readonly resources?: SidecarResources;
}

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

export const DEFAULT_RESOURCES: SidecarResources = {
	requests: { cpu: "10m", memory: "64Mi" },
	limits: { cpu: "1", memory: "512Mi" },
	guaranteed: { cpu: "200m", memory: "256Mi" },
};

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
