import { X509Certificate } from "node:crypto";
import jsonPatch from "fast-json-patch";
import { DEFAULT_RESOURCES, type InjectionConfiguration } from "./facts.ts";
import { patchFor, shapeOf } from "./patch.ts";
import { readPod } from "./pod.ts";
import { isInjected } from "./pod-rules.ts";
import { parseQuantity } from "./resources.ts";

/** The configuration would make patches that API servers refuse: no pod may be injected with it. */
export class ConfigurationError extends Error {
	override name = "ConfigurationError";
}

/** The barest pod there is, and one in which every parent of what is added exists. */
const SAMPLES: readonly object[] = [
	{ metadata: { labels: { furnace: "enabled" } }, spec: { containers: [{ name: "app", image: "app" }] } },
	{
		metadata: { annotations: { furnace: "enabled" } },
		spec: {
			containers: [{ name: "app", image: "app" }],
			initContainers: [{ name: "first", image: "app" }],
			volumes: [{ name: "data", emptyDir: {} }],
			imagePullSecrets: [{ name: "registry" }],
			shareProcessNamespace: true,
		},
	},
];

/**
 * Builds patches with the configuration, applies them to sample pods with a JSON Patch library and looks at the result.
 * @throws ConfigurationError
 */
export function checkConfiguration(configuration: InjectionConfiguration): void {
	const fault = faultOf(configuration);
	if (fault !== undefined) throw new ConfigurationError(`The sidecar cannot be injected: ${fault}.`);
	for (const sample of SAMPLES) checkPatch(configuration, sample);
}

function faultOf({ image, version, serverUrl, ca, resources = DEFAULT_RESOURCES }: InjectionConfiguration) {
	if (image.trim() === "" || /\s/.test(image)) return "the image has no valid name";
	if (version === "") return "the agent's version is empty";
	if (!URL.canParse(serverUrl)) return "the servers' address is not a URL";
	if (!isCertificate(ca)) return "the root certificate is not PEM";
	const amounts = Object.values(resources).flatMap((each) => [each.cpu, each.memory]);
	if (amounts.some((amount) => !(parseQuantity(amount) > 0)))
		return "an amount of its resources is not a quantity";
	const { requests, limits } = resources;
	const exceeds = (name: "cpu" | "memory") => parseQuantity(requests[name]) > parseQuantity(limits[name]);
	return exceeds("cpu") || exceeds("memory") ? "a request is above its limit" : undefined;
}

function isCertificate(pem: string): boolean {
	try {
		new X509Certificate(pem);
		return true;
	} catch {
		return false;
	}
}

function checkPatch(configuration: InjectionConfiguration, sample: object): void {
	const operations = patchFor(configuration, shapeOf(readPod(sample)));
	try {
		const { newDocument } = jsonPatch.applyPatch(structuredClone(sample), operations, true);
		if (isInjected(readPod(newDocument))) return;
	} catch (cause) {
		throw new ConfigurationError("The patch of a sample pod does not apply.", { cause });
	}
	throw new ConfigurationError("The patch of a sample pod brings no sidecar.");
}
