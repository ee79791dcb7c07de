import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { PORTS } from "../contract/names.ts";

export interface ServerConfig {
	/** Furnace's own */
	readonly namespace: string;
	/** of this replica's pod */
	readonly podName: string;
	/** of this replica's pod; absent: it has no peers */
	readonly podIp?: string;
	/** folder of the archive, absolute */
	readonly archive: string;
	readonly logLevel: (typeof LOG_LEVELS)[number];
	readonly port: number;
	readonly admissionPort: number;
	/** folder of the built page, absolute */
	readonly webRoot: string;
	/** how long a server that is asked to end goes on answering, so that nobody is still sent to it then */
	readonly drainMs: number;
}

export class ConfigError extends Error {
	override name = "ConfigError";
}

const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace"] as const;

/** A Service's endpoints reach every node well within it. */
const DRAIN_SECONDS = 10;

export const USAGE = `Furnace's server, in a cluster (from outside: with the current kubeconfig). Environment:

  FURNACE_NAMESPACE        Furnace's own namespace
  FURNACE_POD_NAME         name of this replica's pod (default: the host's name)
  FURNACE_POD_IP           its address, by which it tells itself from its peers (default: none)
  FURNACE_ARCHIVE          folder of the archive (default: /archive)
  FURNACE_LOG_LEVEL        ${LOG_LEVELS.join(", ")} (default: info)
  FURNACE_PORT             of REST, page and agents (default: ${PORTS.server})
  FURNACE_ADMISSION_PORT   of the webhook (default: ${PORTS.admission})
  FURNACE_WEB_ROOT         folder of the built page
  FURNACE_DRAIN_SECONDS    how long it goes on answering when it is asked to end (default: ${DRAIN_SECONDS})
`;

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws ConfigError */
export function readConfig(environment: Environment): ServerConfig {
	const { FURNACE_NAMESPACE: namespace = "", FURNACE_POD_IP: podIp = "" } = environment;
	if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(namespace)) {
		throw new ConfigError("FURNACE_NAMESPACE must name Furnace's own namespace.");
	}
	return {
		namespace,
		podName: environment.FURNACE_POD_NAME || environment.HOSTNAME || "furnace-server",
		...(podIp === "" ? {} : { podIp }),
		archive: resolve(environment.FURNACE_ARCHIVE || "/archive"),
		logLevel: logLevel(environment.FURNACE_LOG_LEVEL || "info"),
		port: integer(environment, "FURNACE_PORT", { default: PORTS.server, max: 65_535 }),
		admissionPort: integer(environment, "FURNACE_ADMISSION_PORT", {
			default: PORTS.admission,
			max: 65_535,
		}),
		webRoot: resolve(environment.FURNACE_WEB_ROOT || builtPage()),
		drainMs: 1000 * integer(environment, "FURNACE_DRAIN_SECONDS", { default: DRAIN_SECONDS, max: 300 }),
	};
}

function logLevel(text: string): ServerConfig["logLevel"] {
	const level = LOG_LEVELS.find((known) => known === text);
	if (level === undefined)
		throw new ConfigError(`FURNACE_LOG_LEVEL must be one of ${LOG_LEVELS.join(", ")}.`);
	return level;
}

function integer(
	environment: Environment,
	name: string,
	{ default: fallback, max }: { default: number; max: number },
): number {
	const text = environment[name] || String(fallback);
	const value = Number(text);
	if (!/^\d+$/.test(text) || value > max) throw new ConfigError(`${name} must be a number from 0 to ${max}.`);
	return value;
}

/** Beside the bundled program, or where a checkout has it. */
function builtPage(): string {
	const beside = fileURLToPath(new URL("web", import.meta.url));
	return existsSync(beside) ? beside : fileURLToPath(new URL("../ui/dist", import.meta.url));
}
