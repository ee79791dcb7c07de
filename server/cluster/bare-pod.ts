import { ANNOTATION_INJECT, ANNOTATION_INJECTED, POD_LABEL, PORTS } from "../../contract/names.ts";
import { type Fields, fieldsOf, listOf, type ReviewedPod } from "../admission/pod.ts";
import { MIRROR_ANNOTATION } from "../admission/pod-rules.ts";
import { SIDECAR_VOLUMES } from "../admission/sidecar.ts";

const ANNOTATIONS = [POD_LABEL.key, ANNOTATION_INJECT, ANNOTATION_INJECTED, MIRROR_ANNOTATION];
const OF_SPEC = [
	"hostNetwork",
	"hostPID",
	"hostUsers",
	"dnsPolicy",
	"shareProcessNamespace",
	"serviceAccountName",
	"os",
	"resources",
];
const OF_CONTAINER = ["name", "restartPolicy", "resources"];
const OUR_VOLUMES: ReadonlySet<unknown> = new Set(Object.values(SIDECAR_VOLUMES));

/** What the rules of injection read of a pod, and nothing else: they say the same of it as of the whole. */
export function bareOf({ metadata, spec }: ReviewedPod): ReviewedPod {
	const owner = listOf(metadata.ownerReferences).find(({ controller }) => controller === true);
	return {
		metadata: {
			...pick(metadata, ["name", "generateName"]),
			labels: pick(fieldsOf(metadata.labels), [POD_LABEL.key]),
			annotations: pick(fieldsOf(metadata.annotations), ANNOTATIONS),
			...(owner && { ownerReferences: [pick(owner, ["controller", "kind", "name", "uid"])] }),
		},
		spec: {
			...pick(spec, OF_SPEC),
			nodeSelector: pick(fieldsOf(spec.nodeSelector), ["kubernetes.io/os"]),
			...windowsOptions(spec),
			containers: listOf(spec.containers).map(bareContainer),
			initContainers: listOf(spec.initContainers).map(bareContainer),
			ephemeralContainers: listOf(spec.ephemeralContainers).map((container) => pick(container, ["name"])),
			volumes: listOf(spec.volumes).flatMap(({ name }) => (OUR_VOLUMES.has(name) ? [{ name }] : [])),
		},
	};
}

function bareContainer(container: Fields): Fields {
	const ports = listOf(container.ports).filter(({ containerPort }) => containerPort === PORTS.agent);
	const mounts = listOf(container.volumeMounts).filter(({ name }) => OUR_VOLUMES.has(name));
	return {
		...pick(container, OF_CONTAINER),
		...windowsOptions(container),
		...(ports.length > 0 && { ports: ports.map((port) => pick(port, ["containerPort", "protocol"])) }),
		...(mounts.length > 0 && { volumeMounts: mounts.map((mount) => pick(mount, ["name"])) }),
	};
}

function windowsOptions({ securityContext }: Fields): Fields {
	const { windowsOptions } = fieldsOf(securityContext);
	if (windowsOptions === undefined) return {};
	return { securityContext: { windowsOptions: pick(fieldsOf(windowsOptions), ["hostProcess"]) } };
}

function pick(fields: Fields, names: readonly string[]): Fields {
	return Object.fromEntries(
		names.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]]])),
	);
}
