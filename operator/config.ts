import { hostname } from "node:os";
import { parseArgs } from "node:util";
import type { Installation } from "../contract/installation.ts";
import packageJson from "../package.json" with { type: "json" };

export interface OperatorConfig {
	/** the operator's own: its lease is there */
	readonly namespace: string;
	readonly serverImage: string;
	readonly sidecarImage: string;
	readonly imagePullPolicy: Installation["imagePullPolicy"];
	readonly logLevel: string;
	/** who it is among operators: its pod's name, else the machine's */
	readonly identity: string;
	readonly kubeconfig: string | undefined;
	/** plain HTTP, /healthz; undefined: not served */
	readonly healthPort: number | undefined;
	/** how long everybody gets to hear of a new root before it signs anything */
	readonly overlapMs: number;
	/** of Furnace */
	readonly version: string;
}

/** Environment or arguments do not say what the operator must know. */
export class ConfigError extends Error {
	override name = "ConfigError";
}

const PULL_POLICIES = ["Always", "IfNotPresent", "Never"] as const;
const OVERLAP_SECONDS = 300;

/**
 * | argument | variable | default |
 * |---|---|---|
 * | --server-image | FURNACE_SERVER_IMAGE | furnace-server of this version |
 * | --sidecar-image | FURNACE_SIDECAR_IMAGE | furnace-sidecar of this version |
 * | --image-pull-policy | FURNACE_IMAGE_PULL_POLICY | as Kubernetes does by the image's tag |
 * | --namespace | FURNACE_NAMESPACE | furnace |
 * | --kubeconfig | KUBECONFIG | in a pod its ServiceAccount, else the current kubeconfig |
 * | --root-overlap | FURNACE_ROOT_OVERLAP_SECONDS | 300: how long a new root is announced before it is used |
 * | | FURNACE_POD_NAME | the machine's name |
 * | | FURNACE_HEALTH_PORT | none |
 * | | FURNACE_LOG_LEVEL | info |
 *
 * @throws ConfigError
 */
export function readConfig(environment: NodeJS.ProcessEnv, args: readonly string[]): OperatorConfig {
	const given = readArguments(args);
	const setting = (argument: string | undefined, name: string) => argument || environment[name] || undefined;
	const { version } = packageJson;
	return {
		namespace: setting(given.namespace, "FURNACE_NAMESPACE") ?? "furnace",
		serverImage: setting(given["server-image"], "FURNACE_SERVER_IMAGE") ?? `furnace-server:${version}`,
		sidecarImage: setting(given["sidecar-image"], "FURNACE_SIDECAR_IMAGE") ?? `furnace-sidecar:${version}`,
		imagePullPolicy: pullPolicy(setting(given["image-pull-policy"], "FURNACE_IMAGE_PULL_POLICY")),
		logLevel: environment.FURNACE_LOG_LEVEL || "info",
		identity: environment.FURNACE_POD_NAME || hostname(),
		kubeconfig: given.kubeconfig,
		healthPort: wholeNumber("FURNACE_HEALTH_PORT", environment.FURNACE_HEALTH_PORT),
		overlapMs:
			1_000 *
			(wholeNumber(
				"FURNACE_ROOT_OVERLAP_SECONDS",
				setting(given["root-overlap"], "FURNACE_ROOT_OVERLAP_SECONDS"),
			) ?? OVERLAP_SECONDS),
		version,
	};
}

function readArguments(args: readonly string[]) {
	const text = { type: "string" } as const;
	try {
		return parseArgs({
			args: [...args],
			options: {
				namespace: text,
				kubeconfig: text,
				"server-image": text,
				"sidecar-image": text,
				"image-pull-policy": text,
				"root-overlap": text,
			},
		}).values;
	} catch (error) {
		throw new ConfigError((error as Error).message, { cause: error });
	}
}

function pullPolicy(text: string | undefined): Installation["imagePullPolicy"] {
	if (text === undefined) return undefined;
	const found = PULL_POLICIES.find((policy) => policy === text);
	if (found === undefined)
		throw new ConfigError(
			`FURNACE_IMAGE_PULL_POLICY must be one of ${PULL_POLICIES.join(", ")}, not ${text}`,
		);
	return found;
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
	if (!text) return undefined;
	const value = Number(text);
	if (Number.isInteger(value) && value > 0) return value;
	throw new ConfigError(`${name} must be a whole number above 0, not ${text}`);
}
