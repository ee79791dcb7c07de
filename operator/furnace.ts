import type { FurnaceSpec, FurnaceStatus } from "../contract/furnace-resource.ts";
import type { KubernetesObject, Metadata } from "../kubernetes/objects.ts";

/** A Furnace as the API server gives it: defaults filled in. */
export interface Furnace extends KubernetesObject {
	readonly metadata: Metadata & { readonly namespace: string; readonly uid: string };
	readonly spec: FurnaceSpec;
	readonly status?: FurnaceStatus;
}

/**
 * The Furnace that counts: the oldest that is not being deleted. Of two made in the same second the one whose
 * namespace and name come first, so that every operator chooses alike.
 */
export function chooseFurnace(furnaces: readonly Furnace[]): Furnace | undefined {
	return furnaces
		.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
		.toSorted((a, b) => compareText(orderOf(a), orderOf(b)))[0];
}

function orderOf({ metadata }: Furnace): string {
	return `${metadata.creationTimestamp} ${metadata.namespace}/${metadata.name}`;
}

function compareText(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
