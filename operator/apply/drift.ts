import type { KubernetesObject } from "../../kubernetes/objects.ts";

/** As the API server notes who set which field. */
interface ManagedFields {
	readonly manager?: string;
	readonly subresource?: string;
	readonly fieldsV1?: Fields;
}
interface Fields {
	readonly [key: string]: Fields;
}

/**
 * Whether everything that is desired stands in the live object. What the API server or others add does not matter here,
 * but for lists: an element more is a difference.
 */
export function covers(desired: unknown, live: unknown): boolean {
	if (Array.isArray(desired))
		return (
			Array.isArray(live) &&
			desired.length === live.length &&
			desired.every((item, index) => covers(item, live[index]))
		);
	if (typeof desired !== "object" || desired === null) return desired === live;
	if (typeof live !== "object" || live === null || Array.isArray(live)) return false;
	return Object.entries(desired).every(([key, value]) =>
		covers(value, (live as Record<string, unknown>)[key]),
	);
}

/** The items of a list do not say what they are. */
export function withoutKind(object: KubernetesObject): object {
	const { apiVersion: _apiVersion, kind: _kind, ...rest } = object;
	return rest;
}

/**
 * Whether somebody else has set anything besides status, labels and annotations; also those of a pod template are
 * everybody's, `kubectl rollout restart` writes there.
 */
export function hasForeignContent(live: KubernetesObject, ownManager: string): boolean {
	const entries = (live.metadata as { managedFields?: readonly ManagedFields[] }).managedFields ?? [];
	return entries.some(
		({ manager, subresource, fieldsV1 }) =>
			manager !== ownManager && subresource !== "status" && hasContent(fieldsV1 ?? {}),
	);
}

function hasContent(fields: Fields): boolean {
	return Object.entries(fields).some(([key, below]) => {
		if (["f:metadata", "f:status", "f:apiVersion", "f:kind", "."].includes(key)) return false;
		return key === "f:spec" || key === "f:template" ? hasContent(below) : true;
	});
}

/** What of an object must stay as it is: all but status and what the API server and others note in its metadata. */
export function contentOf(object: KubernetesObject): string {
	const {
		metadata,
		status: _status,
		...content
	} = withoutKind(object) as KubernetesObject & {
		status?: unknown;
	};
	const { labels, annotations, ownerReferences, uid } = metadata;
	return JSON.stringify({ content, labels, annotations, ownerReferences, uid });
}
