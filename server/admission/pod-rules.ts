/** Why a pod gets no sidecar, as far as the pod itself says. One predicate a reason; `rules.ts` sets their order. */
import {
	ANNOTATION_INJECT,
	ANNOTATION_INJECTED,
	POD_LABEL,
	PORTS,
	SIDECAR_CONTAINER,
} from "../../contract/names.ts";
import { allContainers, type Fields, fieldsOf, listOf, type ReviewedPod } from "./pod.ts";
import { SIDECAR_VOLUMES } from "./sidecar.ts";

export const MIRROR_ANNOTATION = "kubernetes.io/config.mirror";
const OUR_VOLUMES: ReadonlySet<unknown> = new Set(Object.values(SIDECAR_VOLUMES));

/** By label or annotation, exactly spelt. */
export function isAskedFor({ metadata: { labels, annotations } }: ReviewedPod): boolean {
	const { key, value } = POD_LABEL;
	return labels?.[key] === value || annotations?.[key] === value;
}

export function optsOut({ metadata }: ReviewedPod): boolean {
	return metadata.annotations?.[ANNOTATION_INJECT] === "false";
}

export function isMirror({ metadata }: ReviewedPod): boolean {
	return metadata.annotations?.[MIRROR_ANNOTATION] !== undefined;
}

/**
 * Carries our annotation and a native sidecar of our name with our token. Later admission steps may have changed
 * the rest of it, so that is not compared; somebody who writes all this into a pod gains nothing by it.
 */
export function isInjected({ metadata, spec }: ReviewedPod): boolean {
	return (
		metadata.annotations?.[ANNOTATION_INJECTED] !== undefined && listOf(spec.initContainers).some(isSidecar)
	);
}

function isSidecar(container: Fields): boolean {
	const mounts = listOf(container.volumeMounts);
	return (
		container.name === SIDECAR_CONTAINER &&
		container.restartPolicy === "Always" &&
		mounts.some(({ name }) => name === SIDECAR_VOLUMES.token)
	);
}

export function isWindows({ spec }: ReviewedPod): boolean {
	const contexts = [spec, ...listOf(spec.containers)].map(({ securityContext }) => fieldsOf(securityContext));
	return (
		fieldsOf(spec.os).name === "windows" ||
		fieldsOf(spec.nodeSelector)["kubernetes.io/os"] === "windows" ||
		contexts.some(({ windowsOptions }) => fieldsOf(windowsOptions).hostProcess === true)
	);
}

export function hasOwnUserNamespace({ spec }: ReviewedPod): boolean {
	return spec.hostUsers === false;
}

export function hasPodLevelResources({ spec }: ReviewedPod): boolean {
	const { requests, limits } = fieldsOf(spec.resources);
	return [requests, limits].some((amounts) => Object.keys(fieldsOf(amounts)).length > 0);
}

export function hasContainerOfOurName({ spec }: ReviewedPod): boolean {
	const lists = [spec.initContainers, spec.containers, spec.ephemeralContainers];
	return lists.some((list) => listOf(list).some(({ name }) => name === SIDECAR_CONTAINER));
}

/** @returns the volume's name */
export function volumeOfOurName({ spec }: ReviewedPod): string | undefined {
	const volume = listOf(spec.volumes).find(({ name }) => OUR_VOLUMES.has(name));
	return volume === undefined ? undefined : String(volume.name);
}

/** @returns the name of the container that declares the agent's port */
export function containerOnOurPort(pod: ReviewedPod): string | undefined {
	const container = allContainers(pod).find(({ ports }) => listOf(ports).some(isOurPort));
	return container === undefined ? undefined : String(container.name);
}

function isOurPort({ containerPort, protocol = "TCP" }: Fields): boolean {
	return containerPort === PORTS.agent && protocol === "TCP";
}
