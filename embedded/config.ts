import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { PORTS } from "../contract/names.ts";
import { DEFAULT_MAX_DURATION } from "../contract/recording.ts";
import { readDebuginfodUrls } from "../sidecar/debuginfod-urls.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

export interface EmbeddedConfig {
	port: number;
	/** of /mutate over TLS; 0: do not listen */
	admissionPort: number;
	/** archive, work folders, log and the note of what runs; an absolute path */
	stateDir: string;
	webRoot: string;
	demo: boolean;
	maxDurationSeconds: number;
	/** asked, in order, for the debug information of files that are stripped */
	debuginfodUrls: readonly string[];
}

export const USAGE = `Usage: npm start -- [options]

Runs Furnace on this machine: a page that records and shows what its processes do.

  --port N             the page's port on 127.0.0.1 (FURNACE_PORT, default ${PORTS.server})
  --admission-port N   the port of POST /mutate over TLS, 0 for none (FURNACE_ADMISSION_PORT, default ${PORTS.admission})
  --state DIR          where recordings and the log are kept (FURNACE_STATE, default .state in the checkout)
  --max-duration S     seconds after which any recording ends (FURNACE_MAX_DURATION, default ${DEFAULT_MAX_DURATION})
  --no-demo            without the small demo workload (FURNACE_DEMO=0)
  --help

FURNACE_DEBUGINFOD_URLS: servers that are asked for names of stripped files, with white space between them; none by default.
`;

/** A word on the command line or in the environment that cannot be taken. */
export class ConfigError extends Error {
	override name = "ConfigError";
}

/** @returns the configuration, or null when only help was asked for. @throws ConfigError */
export function readConfig(args: string[], env: NodeJS.ProcessEnv): EmbeddedConfig | null {
	const options = parseOptions(args);
	if (options.help) return null;
	return {
		port: wholeNumber("port", options.port ?? env.FURNACE_PORT, PORTS.server, 65_535),
		admissionPort: wholeNumber(
			"admission-port",
			options["admission-port"] ?? env.FURNACE_ADMISSION_PORT,
			PORTS.admission,
			65_535,
		),
		// Whole, because the agent runs in a folder of its own.
		stateDir: resolve(options.state || env.FURNACE_STATE || join(root, ".state")),
		webRoot: join(root, "ui/dist"),
		demo: !(options["no-demo"] ?? env.FURNACE_DEMO === "0"),
		maxDurationSeconds: wholeNumber(
			"max-duration",
			options["max-duration"] ?? env.FURNACE_MAX_DURATION,
			DEFAULT_MAX_DURATION,
			7 * 86_400,
		),
		debuginfodUrls: debuginfodUrls(env.FURNACE_DEBUGINFOD_URLS),
	};
}

function debuginfodUrls(text: string | undefined): readonly string[] {
	const { urls, faults } = readDebuginfodUrls(text);
	if (faults.length > 0) throw new ConfigError(`FURNACE_DEBUGINFOD_URLS: ${faults.join(" ")}`);
	return urls;
}

function parseOptions(args: string[]) {
	try {
		return parseArgs({
			args,
			options: {
				port: { type: "string" },
				"admission-port": { type: "string" },
				state: { type: "string" },
				"max-duration": { type: "string" },
				"no-demo": { type: "boolean" },
				help: { type: "boolean", short: "h" },
			},
		}).values;
	} catch (cause) {
		throw new ConfigError((cause as Error).message, { cause });
	}
}

function wholeNumber(name: string, text: string | undefined, fallback: number, maximum: number): number {
	if (text === undefined || text === "") return fallback;
	const value = Number(text);
	if (!Number.isInteger(value) || value < 0 || value > maximum) {
		throw new ConfigError(`--${name} takes a whole number from 0 to ${maximum}, not ${JSON.stringify(text)}`);
	}
	return value;
}
