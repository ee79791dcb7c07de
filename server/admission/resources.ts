import { AGENT_STORAGE_LIMIT } from "../../contract/agent-environment.ts";
import { DEFAULT_RESOURCES, type InjectionConfiguration } from "./facts.ts";
import { allContainers, type Fields, fieldsOf, type Quantities, type ReviewedPod } from "./pod.ts";

const BINARY = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const DECIMAL = ["k", "M", "G", "T", "P", "E"];
const FRACTION = ["m", "u", "n"];
const QUANTITY = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:(m|u|n|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)|[eE]([+-]?\d{1,3}))?$/;

/** Every admission reads the same few texts, mostly of quotas: remembered until there are too many of them. */
const remembered = new Map<string, number>();
const REMEMBERED = { texts: 1000, characters: 32 };

/** @returns the amount of a Kubernetes quantity; NaN where it is none */
export function parseQuantity(value: unknown): number {
	if (typeof value === "number") return readQuantity(String(value));
	if (typeof value !== "string") return Number.NaN;
	const known = remembered.get(value);
	if (known !== undefined) return known;
	const amount = readQuantity(value);
	if (remembered.size >= REMEMBERED.texts) remembered.clear();
	if (value.length <= REMEMBERED.characters) remembered.set(value, amount);
	return amount;
}

function readQuantity(text: string): number {
	const match = QUANTITY.exec(text);
	if (match === null) return Number.NaN;
	const [, digits, suffix = "", exponent] = match;
	if (exponent !== undefined) return Number(`${digits}e${exponent}`);
	const amount = Number(digits);
	// a division rounds as the decimal itself would: 100m is 0.1, which 100 * 0.001 need not be
	if (FRACTION.includes(suffix)) return amount / 1000 ** (FRACTION.indexOf(suffix) + 1);
	return amount * 1000 ** (DECIMAL.indexOf(suffix) + 1) * 1024 ** (BINARY.indexOf(suffix) + 1);
}

/** Class Guaranteed: every container has limits for cpu and memory, and requests that equal them. */
export function isGuaranteed(pod: ReviewedPod): boolean {
	const containers = allContainers(pod);
	return containers.length > 0 && containers.every(hasEqualLimits);
}

function hasEqualLimits(container: Fields): boolean {
	const resources = fieldsOf(container.resources);
	const limits = fieldsOf(resources.limits);
	const requests = fieldsOf(resources.requests);
	return ["cpu", "memory"].every((name) => {
		const limit = parseQuantity(limits[name]);
		// the API server sets a missing request to the limit
		return limit > 0 && (requests[name] === undefined || parseQuantity(requests[name]) === limit);
	});
}

/** Does any container limit its ephemeral storage? Then the kubelet holds the whole pod to the sum of these limits. */
export function limitsStorage(pod: ReviewedPod): boolean {
	return allContainers(pod).some(
		({ resources }) => fieldsOf(fieldsOf(resources).limits)["ephemeral-storage"] !== undefined,
	);
}

/** What of the pod's own resources the sidecar's follow. */
export interface ResourceClass {
	readonly guaranteed: boolean;
	readonly limitsStorage: boolean;
}

export function resourceClassOf(pod: ReviewedPod): ResourceClass {
	return { guaranteed: isGuaranteed(pod), limitsStorage: limitsStorage(pod) };
}

export interface ContainerResources {
	readonly requests: Quantities;
	readonly limits: Quantities;
}

/** What the sidecar asks for in such a pod; limits always, and no change of the pod's class from Guaranteed. */
export function sidecarResources(
	configuration: InjectionConfiguration,
	{ guaranteed, limitsStorage }: ResourceClass,
): ContainerResources {
	const { requests, limits, guaranteed: equal } = configuration.resources ?? DEFAULT_RESOURCES;
	const resources = guaranteed ? { requests: equal, limits: equal } : { requests, limits };
	if (!limitsStorage) return resources;
	return {
		// said, because a missing request becomes the limit
		requests: { ...resources.requests, "ephemeral-storage": "0" },
		limits: { ...resources.limits, "ephemeral-storage": AGENT_STORAGE_LIMIT },
	};
}
