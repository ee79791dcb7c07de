import {
	AGENT_ENVIRONMENT,
	AGENT_PATHS,
	DEFAULT_MAX_DURATION,
	PRIVILEGE_MODES,
	type PrivilegeMode,
} from "../contract/agent-environment.ts";
import { PORTS } from "../contract/names.ts";
import { readDebuginfodUrls } from "./debuginfod-urls.ts";
import { checkBundle } from "./trust/roots.ts";

/** What the sidecar is told by its environment. */
export interface SidecarConfig {
	readonly namespace: string;
	readonly pod: string;
	readonly podUid: string | undefined;
	/** origin of the servers */
	readonly serverUrl: string;
	/** PEM: the roots to begin with */
	readonly ca: string;
	readonly privilege: PrivilegeMode;
	readonly maxDurationSeconds: number;
	readonly host: string;
	readonly port: number;
	/** a file, read anew each time: the kubelet replaces it */
	readonly tokenFile: string;
	readonly workDir: string;
	/** where tools are looked for */
	readonly path: string;
	readonly logLevel: string;
	/** asked, in order, for the debug information of files that are stripped; empty: nobody is */
	readonly debuginfodUrls: readonly string[];
}

export interface ReadConfig {
	readonly config: SidecarConfig;
	/** Sentences about what is missing or wrong. Nothing is thrown: an agent that exits would hold up its pod. */
	readonly faults: readonly string[];
	/** whatever the agent cannot do without is there */
	readonly canServe: boolean;
}

/**
 * Besides the names of AGENT_ENVIRONMENT, for trying it out: FURNACE_TOKEN_FILE, FURNACE_WORK_DIR, FURNACE_HOST,
 * FURNACE_PORT, FURNACE_LOG_LEVEL; and FURNACE_DEBUGINFOD_URLS, servers of debug information with white space between them.
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): ReadConfig {
	const names = AGENT_ENVIRONMENT;
	const faults: string[] = [];
	const valid = (name: string, isValid: (value: string) => boolean, otherwise?: string) => {
		const value = environment[name] || otherwise;
		if (value === undefined) faults.push(`The environment variable ${name} is not set.`);
		else if (!isValid(value)) faults.push(`The environment variable ${name} is not valid: ${cut(value)}`);
		else return value;
		return otherwise ?? "";
	};
	const debuginfod = readDebuginfodUrls(environment.FURNACE_DEBUGINFOD_URLS);
	faults.push(...debuginfod.faults);
	const config = {
		namespace: valid(names.podNamespace, () => true),
		pod: valid(names.podName, () => true),
		podUid: environment[names.podUid] || undefined,
		serverUrl: originOf(valid(names.serverUrl, isHttps)),
		ca: valid(names.ca, isBundle),
		privilege: valid(names.privilege, isPrivilege, "capabilities") as PrivilegeMode,
		maxDurationSeconds: Number(valid(names.maxDurationSeconds, isPositive, String(DEFAULT_MAX_DURATION))),
		host: environment.FURNACE_HOST ?? "::",
		port: Number(valid("FURNACE_PORT", isPositive, String(PORTS.agent))),
		tokenFile: environment.FURNACE_TOKEN_FILE ?? AGENT_PATHS.token,
		workDir: environment.FURNACE_WORK_DIR ?? AGENT_PATHS.work,
		path: environment.PATH ?? "/usr/local/bin:/usr/bin:/bin",
		logLevel: valid("FURNACE_LOG_LEVEL", (level) => LOG_LEVELS.has(level), "info"),
		debuginfodUrls: debuginfod.urls,
	};
	const { namespace, pod, serverUrl, ca } = config;
	return { config, faults, canServe: ![namespace, pod, serverUrl, ca].includes("") };
}

const LOG_LEVELS: ReadonlySet<string> = new Set([
	"fatal",
	"error",
	"warn",
	"info",
	"debug",
	"trace",
	"silent",
]);

function isHttps(text: string): boolean {
	return URL.canParse(text) && new URL(text).protocol === "https:";
}

function originOf(text: string): string {
	return text === "" ? "" : new URL(text).origin;
}

function isBundle(text: string): boolean {
	try {
		checkBundle(text);
		return true;
	} catch {
		return false;
	}
}

function isPrivilege(text: string): boolean {
	return (PRIVILEGE_MODES as readonly string[]).includes(text);
}

function isPositive(text: string): boolean {
	return Number.isInteger(Number(text)) && Number(text) > 0;
}

function cut(text: string): string {
	return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
