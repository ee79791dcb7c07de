import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PORTS } from "../contract/names.ts";
import { DEFAULT_MAX_DURATION } from "../contract/recording.ts";

/** What the sidecar is told by its environment. */
export interface SidecarConfig {
	readonly namespace: string;
	readonly pod: string;
	readonly podUid: string | undefined;
	readonly host: string;
	readonly port: number;
	/** origins of the servers */
	readonly servers: readonly string[];
	/** a file, read anew each time: the kubelet replaces it */
	readonly tokenFile: string;
	readonly workDir: string;
	readonly maxDurationSeconds: number;
	/** where tools are looked for */
	readonly path: string;
	readonly logLevel: string;
}

/** The environment does not say what the sidecar must know. */
export class ConfigError extends Error {
	override name = "ConfigError";
}

/**
 * | variable | | |
 * |---|---|---|
 * | FURNACE_NAMESPACE, FURNACE_POD | required | whose sidecar it is |
 * | FURNACE_POD_UID | | |
 * | FURNACE_SERVERS | required | origins, separated by commas |
 * | FURNACE_TOKEN_FILE | /var/run/secrets/furnace/token | |
 * | FURNACE_HOST, FURNACE_PORT | 127.0.0.1, 8444 | where it listens |
 * | FURNACE_WORK_DIR | furnace-agent in the temporary folder | |
 * | FURNACE_MAX_DURATION | 3600 | seconds |
 * | FURNACE_LOG_LEVEL | info | |
 *
 * @throws ConfigError
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): SidecarConfig {
	const required = (name: string) => {
		const value = environment[name];
		if (!value) throw new ConfigError(`The environment variable ${name} must be set`);
		return value;
	};
	return {
		namespace: required("FURNACE_NAMESPACE"),
		pod: required("FURNACE_POD"),
		podUid: environment.FURNACE_POD_UID,
		host: environment.FURNACE_HOST ?? "127.0.0.1",
		port: positive("FURNACE_PORT", environment.FURNACE_PORT, PORTS.agent),
		servers: required("FURNACE_SERVERS").split(",").map(originOf),
		tokenFile: environment.FURNACE_TOKEN_FILE ?? "/var/run/secrets/furnace/token",
		workDir: environment.FURNACE_WORK_DIR ?? join(tmpdir(), "furnace-agent"),
		maxDurationSeconds: positive(
			"FURNACE_MAX_DURATION",
			environment.FURNACE_MAX_DURATION,
			DEFAULT_MAX_DURATION,
		),
		path: environment.PATH ?? "/usr/local/bin:/usr/bin:/bin",
		logLevel: environment.FURNACE_LOG_LEVEL ?? "info",
	};
}

/** The agent's token as it is now. */
export async function readToken(file: string): Promise<string> {
	return (await readFile(file, "utf8")).trim();
}

function positive(name: string, text: string | undefined, otherwise: number): number {
	if (text === undefined) return otherwise;
	const value = Number(text);
	if (Number.isInteger(value) && value > 0) return value;
	throw new ConfigError(`${name} must be a whole number above 0, not ${text}`);
}

function originOf(text: string): string {
	const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
	if (url?.protocol === "http:" || url?.protocol === "https:") return url.origin;
	throw new ConfigError(`FURNACE_SERVERS must hold http or https origins, not ${text}`);
}
