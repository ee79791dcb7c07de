import { perfValueTypes } from "../../../profile/read/perf-script.ts";
import type { Debuginfod } from "../../../symbol-files/debuginfod.ts";
import type { Profiler, ProfilerRun } from "../profiler.ts";
import type { SymbolFiles } from "../symbol-hint.ts";
import { findPerf } from "./command.ts";
import { startPerfRun } from "./record.ts";
import { canCount, perfSupport } from "./support.ts";

export interface PerfOptions {
	/** where tools are looked for, as the environment variable PATH */
	readonly path: string;
	/** bytes of raw data kept for each recording at most; default 256 MiB */
	readonly rawLimit?: number;
	/** default: read */
	readonly symbolFiles?: SymbolFiles;
	/** asked for names of files that are stripped; default: nobody is */
	readonly debuginfod?: Debuginfod | undefined;
}

/** Holds no file whatever its name. */
const NO_FILES = "/proc/self/fdinfo/none";

const RAW_LIMIT = 256 * 2 ** 20;

/** Linux perf as a profiler. Looked for anew at each use, so that installing it needs no restart. */
export function createPerf(options: PerfOptions): Profiler {
	const { path, rawLimit = RAW_LIMIT, symbolFiles = "read", debuginfod } = options;
	const symbolRoot = symbolFiles === "read" ? {} : { symbolRoot: NO_FILES };
	return {
		name: "perf",
		support: (target) => perfSupport(target, findPerf(path) !== undefined),
		valueTypes: perfValueTypes,
		async refuses(event) {
			if (findPerf(path) === undefined) return "tool-missing";
			return (await canCount(event)) ? null : "event-unsupported";
		},
		start(order, sink) {
			const tools = findPerf(path);
			if (tools === undefined) return missingRun();
			return startPerfRun(order, sink, {
				tools: { ...tools, ...symbolRoot },
				debuginfod,
				rawLimit: Math.min(rawLimit, order.rawLimit ?? rawLimit),
			});
		},
	};
}

/** perf went away between being asked for and being started. */
function missingRun(): ProfilerRun {
	return {
		done: Promise.resolve({ cause: "tool-missing" }),
		stop: () => undefined,
		kill: () => undefined,
		lost: () => 0,
		cpuSeconds: async () => 0,
		hasRawData: () => false,
		pids: () => [],
	};
}
