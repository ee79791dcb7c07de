import { ANNOTATION_SERVICE_ACCOUNTS, NAMESPACE_LABEL } from "../../contract/names.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import type { LimitRangeFacts, LimitRangeItem, NamespaceFacts, QuotaFacts } from "../admission/facts.ts";
import { type Fields, fieldsOf, listOf, type Quantities } from "../admission/pod.ts";
import { POD_SECURITY_LABEL } from "../admission/rules.ts";

/** What is kept of a namespace. */
export interface ClusterNamespace extends NamespaceFacts {
	readonly name: string;
	/** it has the label that lets its pods be injected */
	readonly enabled: boolean;
}

export function projectNamespace({ metadata }: KubernetesObject): ClusterNamespace {
	const { name, labels = {}, annotations = {} } = metadata;
	const { key, value } = NAMESPACE_LABEL;
	return {
		name,
		enabled: labels[key] === value,
		labels: pick(labels, [key, POD_SECURITY_LABEL]),
		annotations: pick(annotations, [ANNOTATION_SERVICE_ACCOUNTS]),
	};
}

/** An object with whatever its kind has besides the metadata. */
type AnyObject = KubernetesObject & { readonly spec?: unknown; readonly status?: unknown };

export function projectQuota({ metadata, spec, status }: AnyObject): QuotaFacts {
	const { hard } = fieldsOf(spec);
	const { used } = fieldsOf(status);
	return { name: metadata.name, hard: fieldsOf(hard) as Quantities, used: fieldsOf(used) as Quantities };
}

export function projectLimitRange({ metadata, spec }: AnyObject): LimitRangeFacts {
	return { name: metadata.name, limits: listOf(fieldsOf(spec).limits).map(limitRangeItem) };
}

function limitRangeItem({ type, max, min, maxLimitRequestRatio }: Fields): LimitRangeItem {
	return {
		type: String(type),
		max: fieldsOf(max) as Quantities,
		min: fieldsOf(min) as Quantities,
		maxLimitRequestRatio: fieldsOf(maxLimitRequestRatio) as Quantities,
	};
}

function pick(texts: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
	return Object.fromEntries(
		names.flatMap((name) => (texts[name] === undefined ? [] : [[name, texts[name]]])),
	);
}
