/** The few parts of Kubernetes' objects that everybody uses; each user adds the fields it reads. */

export interface OwnerReference {
	readonly apiVersion: string;
	readonly kind: string;
	readonly name: string;
	readonly uid: string;
	readonly controller?: boolean;
	readonly blockOwnerDeletion?: boolean;
}

export interface Metadata {
	readonly name: string;
	readonly namespace?: string;
	readonly uid?: string;
	readonly resourceVersion?: string;
	readonly generation?: number;
	readonly creationTimestamp?: string;
	readonly deletionTimestamp?: string;
	readonly labels?: Readonly<Record<string, string>>;
	readonly annotations?: Readonly<Record<string, string>>;
	readonly ownerReferences?: readonly OwnerReference[];
}

export interface KubernetesObject {
	readonly apiVersion: string;
	readonly kind: string;
	readonly metadata: Metadata;
}

/** A kind of objects, as the API addresses them. */
export interface ResourceKind {
	/** `v1`, `apps/v1` */
	readonly apiVersion: string;
	readonly kind: string;
	readonly plural: string;
	readonly namespaced: boolean;
}

/** Which objects of a kind; selectors in the API's own syntax. */
export interface Selection {
	/** absent: of all namespaces */
	readonly namespace?: string;
	readonly labelSelector?: string;
	readonly fieldSelector?: string;
}
