import { FURNACE_KIND } from "../../contract/furnace-resource.ts";
import { KINDS } from "../../kubernetes/kinds.ts";
import type { KubernetesObject, OwnerReference, ResourceKind } from "../../kubernetes/objects.ts";
import { FURNACE_DEFINITION_NAME } from "../crd/furnace-definition.ts";
import type { Furnace } from "../furnace.ts";
import { labels } from "./labels.ts";

/** Whose objects: all of them are made from this and some facts of the cluster. */
export interface Installed {
	readonly furnace: Furnace;
	/** of the CustomResourceDefinition of Furnace, which owns what belongs to no namespace */
	readonly definitionUid: string;
}

/** One object as it is to be. */
export interface Desired {
	readonly kind: ResourceKind;
	readonly object: KubernetesObject;
	/**
	 * What others may add to it. Labels, annotations and status are always theirs.
	 * `nothing`: what somebody adds to the rest is taken away again
	 */
	readonly othersMayAdd: "anything" | "nothing";
}

/** An object in the Furnace's namespace; it is collected when the Furnace is gone, whether an operator runs or not. */
export function namespacedObject(
	{ furnace }: Installed,
	kind: ResourceKind,
	name: string,
	content: object,
	options: { labels?: Record<string, string>; othersMayAdd?: Desired["othersMayAdd"] } = {},
): Desired {
	return {
		kind,
		othersMayAdd: options.othersMayAdd ?? "nothing",
		object: {
			apiVersion: kind.apiVersion,
			kind: kind.kind,
			metadata: {
				name,
				namespace: furnace.metadata.namespace,
				labels: options.labels ?? labels(),
				ownerReferences: [ownedBy(furnace)],
			},
			...content,
		},
	};
}

/** An object of the whole cluster; it is collected when the CustomResourceDefinition is gone. */
export function clusterObject(
	{ definitionUid }: Installed,
	kind: ResourceKind,
	name: string,
	content: object,
): Desired {
	const { apiVersion, kind: ownerKind } = KINDS.customResourceDefinition;
	const owner = { apiVersion, kind: ownerKind, name: FURNACE_DEFINITION_NAME, uid: definitionUid };
	return {
		kind,
		othersMayAdd: "nothing",
		object: {
			apiVersion: kind.apiVersion,
			kind: kind.kind,
			metadata: { name, labels: labels(), ownerReferences: [owner] },
			...content,
		},
	};
}

/** Without blockOwnerDeletion: nothing of ours may hold up the deletion of a Furnace. */
export function ownedBy({ metadata }: Furnace): OwnerReference {
	const { apiVersion, kind } = FURNACE_KIND;
	return { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true };
}
