import { ProblemError } from "../../contract/problem.ts";

export type Quantities = Readonly<Record<string, string | number>>;

/**
 * The few fields of a pod that a decision reads. API servers send well-typed pods, other callers anything: what is not
 * listed in `readPod` is read through `listOf` and `fieldsOf`, for which a value of another type is an absent one.
 */
export interface ReviewedPod {
	readonly metadata: {
		readonly name?: unknown;
		readonly generateName?: unknown;
		readonly labels?: Fields | null;
		readonly annotations?: Fields | null;
		readonly ownerReferences?: unknown;
	};
	readonly spec: {
		readonly containers?: readonly Fields[] | null;
		readonly initContainers?: readonly Fields[] | null;
		readonly volumes?: readonly Fields[] | null;
		readonly shareProcessNamespace?: boolean | null;
	} & Fields;
}

export type Fields = { readonly [name: string]: unknown };

const NONE: Fields = Object.freeze({});

/**
 * Checks what the patch touches: an operation that does not fit would make the API server refuse the pod.
 * @throws ProblemError `invalid-request`
 */
export function readPod(object: unknown): ReviewedPod {
	const metadata = isFields(object) ? (object.metadata ?? NONE) : undefined;
	const spec = isFields(object) ? object.spec : undefined;
	if (!isFields(metadata) || !isFields(spec)) throw notAPod("metadata and spec must be objects");
	for (const name of ["labels", "annotations"]) {
		const value = metadata[name] ?? NONE;
		if (!isFields(value)) throw notAPod(`metadata.${name} must be an object`);
	}
	for (const name of ["containers", "initContainers", "volumes"]) {
		const value = spec[name] ?? [];
		if (!Array.isArray(value) || !value.every(isFields)) throw notAPod(`spec.${name} must list objects`);
	}
	const shared = spec.shareProcessNamespace ?? false;
	if (typeof shared !== "boolean") throw notAPod("spec.shareProcessNamespace must be true or false");
	return { metadata, spec } as ReviewedPod;
}

function notAPod(detail: string): ProblemError {
	return new ProblemError("invalid-request", `request.object is not a Pod: ${detail}.`);
}

export function isFields(value: unknown): value is Fields {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function fieldsOf(value: unknown): Fields {
	return isFields(value) ? value : NONE;
}

export function listOf(value: unknown): readonly Fields[] {
	return Array.isArray(value) ? value.filter(isFields) : [];
}

/** Init containers first, as they start. */
export function allContainers({ spec }: ReviewedPod): readonly Fields[] {
	return [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
}

export interface Owner {
	readonly kind: string;
	readonly name: string;
	readonly uid: string;
}

/** @returns the pod's controller; undefined for a pod that somebody made by hand */
export function ownerOf({ metadata }: ReviewedPod): Owner | undefined {
	const owner = listOf(metadata.ownerReferences).find(({ controller }) => controller === true);
	if (owner === undefined) return undefined;
	return { kind: String(owner.kind), name: String(owner.name), uid: String(owner.uid) };
}

/** One key for all pods of an owner: what is learnt from one holds for the next. A pod without owner is its own. */
export function ownerKeyOf(namespace: string, pod: ReviewedPod): string {
	const owner = ownerOf(pod);
	if (owner !== undefined) return `${namespace}/${owner.uid}`;
	return `${namespace}/${String(pod.metadata.name ?? pod.metadata.generateName ?? "")}`;
}
