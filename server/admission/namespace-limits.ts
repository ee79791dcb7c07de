/** What a namespace's ResourceQuotas and LimitRanges would say to a pod with the sidecar. */
import type { LimitRangeFacts, LimitRangeItem, QuotaFacts } from "./facts.ts";
import { fieldsOf, listOf, type ReviewedPod } from "./pod.ts";
import { type ContainerResources, parseQuantity } from "./resources.ts";

interface Sidecar {
	readonly resources: ContainerResources;
}

/** Names in a ResourceQuota of what the sidecar uses. */
const COUNTED: readonly { quota: string; kind: "requests" | "limits"; name: "cpu" | "memory" }[] = [
	{ quota: "cpu", kind: "requests", name: "cpu" },
	{ quota: "requests.cpu", kind: "requests", name: "cpu" },
	{ quota: "limits.cpu", kind: "limits", name: "cpu" },
	{ quota: "memory", kind: "requests", name: "memory" },
	{ quota: "requests.memory", kind: "requests", name: "memory" },
	{ quota: "limits.memory", kind: "limits", name: "memory" },
];

/** Sums of decimal fractions are off by less than this. */
const ROUNDING = 1e-9;

function exceeds(amount: number, limit: unknown): boolean {
	return amount > parseQuantity(limit) * (1 + ROUNDING);
}

/** @returns which quota leaves no room for the pod with this sidecar; undefined: all do, as far as is known */
export function quotaShortage(
	pod: ReviewedPod,
	sidecar: Sidecar,
	quotas: readonly QuotaFacts[],
): string | undefined {
	for (const { name: quotaName, hard, used } of quotas) {
		for (const { quota, kind, name } of COUNTED) {
			if (hard[quota] === undefined) continue;
			const wanted = demand(pod, sidecar, kind, name) + amountOf(used[quota]);
			if (wanted > parseQuantity(hard[quota]) * (1 + ROUNDING))
				return `${quotaName}: ${quota} ${hard[quota]}`;
		}
	}
	return undefined;
}

/** @returns which LimitRange forbids such a sidecar, or the pod with it; undefined: none, as far as is known */
export function limitRangeViolation(
	pod: ReviewedPod,
	sidecar: Sidecar,
	ranges: readonly LimitRangeFacts[],
): string | undefined {
	for (const { name, limits } of ranges) {
		for (const item of limits) {
			const resource =
				item.type === "Container" ? containerViolation(sidecar, item) : podViolation(pod, sidecar, item);
			if (resource !== undefined) return `${name}: ${resource} of a ${item.type}`;
		}
	}
	return undefined;
}

/** @returns the resource; one that the sidecar does not set gets the LimitRange's default and fits */
function containerViolation({ resources }: Sidecar, item: LimitRangeItem): string | undefined {
	const { max = {}, min = {}, maxLimitRequestRatio = {} } = item;
	return Object.keys(resources.limits).find((name) => {
		const limit = amountOf(resources.limits[name]);
		const request = amountOf(resources.requests[name]);
		return (
			exceeds(limit, max[name]) ||
			parseQuantity(min[name]) > request ||
			exceeds(limit / request, maxLimitRequestRatio[name])
		);
	});
}

/** A sidecar can bring a pod over its maximum; minima it only comes nearer to. */
function podViolation(
	pod: ReviewedPod,
	sidecar: Sidecar,
	{ type, max = {} }: LimitRangeItem,
): string | undefined {
	if (type !== "Pod") return undefined;
	return Object.keys(max).find((name) =>
		(["requests", "limits"] as const).some((kind) => exceeds(demand(pod, sidecar, kind, name), max[name])),
	);
}

/** As Kubernetes counts a pod: what runs together at the end, or at any one init container if that is more. */
function demand(pod: ReviewedPod, sidecar: Sidecar, kind: "requests" | "limits", name: string): number {
	const amount = ({ resources }: { readonly resources?: unknown }) =>
		amountOf(fieldsOf(fieldsOf(resources)[kind])[name]);
	let running = 0;
	let peak = 0;
	for (const container of listOf(pod.spec.initContainers)) {
		peak = Math.max(peak, running + amount(container));
		if (container.restartPolicy === "Always") running += amount(container);
	}
	running += amount(sidecar);
	for (const container of listOf(pod.spec.containers)) running += amount(container);
	return Math.max(peak, running);
}

function amountOf(value: unknown): number {
	const amount = parseQuantity(value);
	return Number.isNaN(amount) ? 0 : amount;
}
