import type { ResourceKind, Selection } from "./objects.ts";

/** Which object, or which collection where `name` is absent. */
export interface Place {
	readonly name?: string;
	readonly namespace?: string;
	readonly subresource?: string;
}

/**
 * The API's path of an object or of a collection.
 * @throws Error where it would address something else than was meant: an empty name is the whole collection
 */
export function pathOf(kind: ResourceKind, { name, namespace, subresource }: Place): string {
	if (!kind.namespaced && namespace !== undefined) throw new Error(`${kind.plural} have no namespace`);
	if (kind.namespaced && name !== undefined && namespace === undefined)
		throw new Error(`${kind.plural} are in a namespace: none was given for ${name}`);
	const root = kind.apiVersion.includes("/") ? "/apis" : "/api";
	const parts = [root, kind.apiVersion];
	if (namespace !== undefined) parts.push("namespaces", segment(namespace));
	parts.push(kind.plural);
	if (name !== undefined) parts.push(segment(name));
	if (subresource !== undefined) parts.push(subresource);
	return parts.join("/");
}

function segment(text: string): string {
	if (text === "" || text === "." || text === "..") throw new Error(`"${text}" is no name of an object`);
	return encodeURIComponent(text);
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** @returns with the question mark; empty where nothing is asked */
export function queryOf(query: Query): string {
	const set = new URLSearchParams();
	for (const [key, value] of Object.entries(query)) if (value !== undefined) set.set(key, String(value));
	return set.size === 0 ? "" : `?${set}`;
}

export function selectorsOf({ labelSelector, fieldSelector }: Selection): Query {
	return { labelSelector, fieldSelector };
}
