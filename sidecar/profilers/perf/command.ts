import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { PERF_SCRIPT_ARGUMENTS } from "../../../profile/read/perf-script.ts";
import type { RecordingOrder } from "../profiler.ts";
import type { Command } from "../tool-process.ts";

/** Where the tools are. */
export interface PerfTools {
	readonly perf: string;
	/** ties perf's life to the agent's; without it perf ends when its next write fails */
	readonly setpriv: string | undefined;
	readonly path: string;
	/**
	 * The folder below which files of the targets are looked up instead of `/`. Default: perf enters the mount namespace of
	 * each target, and where it may not, takes the file of that path that lies here, which is another one.
	 */
	readonly symbolRoot?: string;
}

/** @returns undefined when perf is not on the path */
export function findPerf(path: string): PerfTools | undefined {
	const perf = findOnPath("perf", path);
	return perf === undefined ? undefined : { perf, setpriv: findOnPath("setpriv", path), path };
}

/** Descriptors of the control channel; Node opens them by their place in `stdio`. */
export const CONTROL = { commands: 3, answers: 4 } as const;

/** What is understood on the control channel. */
export const CONTROL_COMMANDS = { ping: "ping\n", stop: "stop\n" } as const;

/**
 * `perf record` that streams to its standard output and is steered by its control channel. Times and periods are asked
 * for by name: without them some events carry none. Build-ids need a pass over the data at the end, which a stream has not.
 */
export function recordCommand(tools: PerfTools, order: RecordingOrder): Command {
	const pids = order.processes.map(({ pid }) => pid).join(",");
	return tied(tools, [
		"record",
		...["--output", "-", "--control", `fd:${CONTROL.commands},${CONTROL.answers}`],
		...["--no-buildid", "--no-buildid-cache", "--no-bpf-event", "--timestamp", "--period"],
		...["--event", order.event, "--freq", String(order.frequency)],
		...["--call-graph", order.callGraph, "--pid", pids],
	]);
}

/** `perf script` that prints what `recordCommand` writes, while it is being written. */
export function scriptCommand(tools: PerfTools): Command {
	const { symbolRoot } = tools;
	// below another root perf looks for the kernel's symbols there, too, unless it is told where they are
	const root = symbolRoot === undefined ? [] : ["--symfs", symbolRoot, "--kallsyms", "/proc/kallsyms"];
	return tied(tools, ["script", "--input", "-", ...root, ...PERF_SCRIPT_ARGUMENTS]);
}

/** Nobody's settings may interfere, and messages are read in English. */
function tied(tools: PerfTools, perfArguments: string[]): Command {
	const environment = { PATH: tools.path, LC_ALL: "C", HOME: "/nonexistent", PERF_CONFIG: "/dev/null" };
	if (tools.setpriv === undefined) return { file: tools.perf, arguments: perfArguments, environment };
	return {
		file: tools.setpriv,
		arguments: ["--pdeathsig", "KILL", tools.perf, ...perfArguments],
		environment,
	};
}

function findOnPath(name: string, path: string): string | undefined {
	const places = path.split(delimiter).filter((folder) => folder !== "");
	return places.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
	try {
		accessSync(file, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}
