import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { promisify } from "node:util";

const MEBIBYTE = 2 ** 20;

/** What a process has used since it began, in milliseconds. */
export interface CpuTime {
	readonly cpu: number;
	/** it could have run, but others had the core: what the machine's other work spoils */
	readonly waited: number;
}

/** Of all its threads; to the nanosecond, where the usual counters know hundredths of a second. */
export function cpuTimeOf(pid: number): CpuTime {
	const threads = readdirSync(`/proc/${pid}/task`).map((thread) =>
		readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ").map(Number),
	);
	const sum = (field: number) => threads.reduce((all, fields) => all + (fields[field] ?? 0), 0) / 1e6;
	return { cpu: sum(0), waited: sum(1) };
}

/** In MiB. `anonymous` is the process's own; the rest of `resident` is files, mostly shared with others. */
export interface Memory {
	readonly resident: number;
	readonly anonymous: number;
}

export function memoryOf(pid: number): Memory {
	const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
	const read = (name: string) =>
		(Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1]) * 1024) / MEBIBYTE;
	return { resident: read("Rss"), anonymous: read("Anonymous") };
}

/** The core that what is measured has for itself, as far as this program is concerned. */
const MEASURED_CORE = "0";

/** A command that runs on the measured core alone. */
export function pinned(program: string, ...args: string[]): [string, string[]] {
	return ["taskset", ["-c", MEASURED_CORE, program, ...args]];
}

/** Keeps this process off the measured core, where there is another. */
export async function stayOffMeasuredCore(): Promise<void> {
	const cores = availableParallelism();
	if (cores < 2) return;
	await promisify(execFile)("taskset", ["-acp", `1-${cores - 1}`, String(process.pid)]);
}
