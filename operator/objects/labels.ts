import { OBJECTS } from "../../contract/names.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";

const PART_OF = { "app.kubernetes.io/part-of": "furnace" };
const MANAGED_BY = { "app.kubernetes.io/managed-by": "furnace-operator" };
export const NAME_LABEL = "app.kubernetes.io/name";

/** Selects the pods that the operator has in a Furnace's namespace: servers and proofs. */
export const POD_SELECTOR = "app.kubernetes.io/part-of=furnace";

/** @param name the value of app.kubernetes.io/name; absent: no such label, it stands on exactly one Service */
export function labels(name?: string): Record<string, string> {
	return { ...(name === undefined ? {} : { [NAME_LABEL]: name }), ...PART_OF, ...MANAGED_BY };
}

export function podLabels(name: string): Record<string, string> {
	return { [NAME_LABEL]: name, ...PART_OF };
}

/** Is it one of the servers' pods? */
export function isServer({ metadata }: KubernetesObject): boolean {
	return metadata.labels?.[NAME_LABEL] === OBJECTS.server;
}
