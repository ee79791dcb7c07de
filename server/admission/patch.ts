import { ANNOTATION_INJECTED } from "../../contract/names.ts";
import type { InjectionConfiguration } from "./facts.ts";
import type { ReviewedPod } from "./pod.ts";
import { resourceClassOf } from "./resources.ts";
import { type SidecarPlan, sidecarContainer, sidecarVolumes } from "./sidecar.ts";

/** The only kind of operation there is: nothing of the user's is replaced or removed. */
export interface AddOperation {
	readonly op: "add";
	readonly path: string;
	readonly value: unknown;
}

/** All of a pod that its patch depends on; pods of equal shape get equal patches. */
export interface PodShape extends SidecarPlan {
	readonly hasAnnotations: boolean;
	readonly hasInitContainers: boolean;
	readonly hasVolumes: boolean;
	readonly sharesProcesses: boolean;
}

/** A name that a Secret can have. Pods may list others, and a volume of such a one would make the pod invalid. */
const SECRET_NAME = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

export function shapeOf(pod: ReviewedPod): PodShape {
	const { metadata, spec } = pod;
	return {
		hasAnnotations: isPresent(metadata.annotations),
		hasInitContainers: isPresent(spec.initContainers),
		hasVolumes: isPresent(spec.volumes),
		sharesProcesses: spec.shareProcessNamespace === true,
		...resourceClassOf(pod),
		pullSecrets: pullSecretsOf(spec.imagePullSecrets),
	};
}

function isPresent(value: unknown): boolean {
	return value !== undefined && value !== null;
}

function pullSecretsOf(secrets: unknown): string[] {
	if (!Array.isArray(secrets)) return [];
	const names = secrets.map((secret: { name?: unknown } | null) => secret?.name);
	return [...new Set(names)].filter((name) => typeof name === "string" && SECRET_NAME.test(name)) as string[];
}

/** The patch of a pod that is to be injected; absent and null parents are made. */
export function patchFor(configuration: InjectionConfiguration, shape: PodShape): AddOperation[] {
	const annotation = { [ANNOTATION_INJECTED]: configuration.version };
	const operations: AddOperation[] = [
		shape.hasAnnotations
			? add(pointer("metadata", "annotations", ANNOTATION_INJECTED), configuration.version)
			: add(pointer("metadata", "annotations"), annotation),
	];
	if (!shape.sharesProcesses) operations.push(add(pointer("spec", "shareProcessNamespace"), true));
	operations.push(
		...append("initContainers", shape.hasInitContainers, [sidecarContainer(configuration, shape)]),
	);
	operations.push(...append("volumes", shape.hasVolumes, sidecarVolumes(configuration, shape)));
	return operations;
}

function append(list: string, exists: boolean, values: readonly object[]): AddOperation[] {
	if (!exists) return [add(pointer("spec", list), values)];
	return values.map((value) => add(pointer("spec", list, "-"), value));
}

function add(path: string, value: unknown): AddOperation {
	return { op: "add", path, value };
}

/** A JSON Pointer (RFC 6901) from names as they are. */
export function pointer(...names: readonly string[]): string {
	return names.map((name) => `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
