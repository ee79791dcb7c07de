import { readFile, readlink } from "node:fs/promises";
import { basename } from "node:path";
import { containerOfCgroup } from "./cgroup-container.ts";

/** A process as /proc shows it to the agent. */
export interface ProcessInfo {
	readonly pid: number;
	readonly parentPid: number;
	/** clock ticks since boot; with the PID it is unique while the machine runs */
	readonly startTime: number;
	/** the kernel's name of it, at most 15 bytes, harmless to show anywhere */
	readonly name: string;
	/** arguments, cut at 512 characters in all; the name in brackets where there are none */
	readonly command: string;
	readonly threads: number;
	/** CPU time so far, in clock ticks */
	readonly cpuTicks: number;
	/** id of the container by its cgroup, or what its pod calls it where that is known; empty: none */
	readonly container: string;
	readonly kernelThread: boolean;
}

/** Linux fixes USER_HZ at 100 for every architecture that Node runs on. */
export const TICKS_PER_SECOND = 100;

const COMMAND_LIMIT = 512;
const NAME_LIMIT = 64;
/** What runtimes call their main thread, which is also their process's name: it says nothing. */
const GENERIC_NAMES: ReadonlySet<string> = new Set(["MainThread"]);
const FLAG_KERNEL_THREAD = 0x00200000;

/** @returns undefined when the process is gone (or never was) */
export async function readProcess(pid: number): Promise<ProcessInfo | undefined> {
	try {
		const [stat, commandLine, cgroup] = await Promise.all([
			readFile(`/proc/${pid}/stat`, "latin1"),
			readFile(`/proc/${pid}/cmdline`, "utf8"),
			readFile(`/proc/${pid}/cgroup`, "utf8").catch(() => ""),
		]);
		const fields = parseStat(stat);
		if (fields.state === "Z" || fields.state === "X") return undefined;
		const { state: _, ...known } = fields;
		const command = commandOf(commandLine) || `[${known.name}]`;
		const name = GENERIC_NAMES.has(known.name) ? programOf(commandLine) || known.name : known.name;
		return { pid, ...known, name, command, container: containerOfCgroup(cgroup) };
	} catch (error) {
		if (isGone(error)) return undefined;
		throw error;
	}
}

type StatFields = Omit<ProcessInfo, "pid" | "command" | "container"> & { state: string };

/** The name stands in parentheses and may itself hold spaces and parentheses: the last one ends it. */
export function parseStat(text: string): StatFields {
	const end = text.lastIndexOf(")");
	const rest = text.slice(end + 2).split(" ");
	const number = (field: number) => Number(rest[field - 3]);
	const name = harmless(Buffer.from(text.slice(text.indexOf("(") + 1, end), "latin1").toString("utf8"));
	return {
		name,
		state: rest[0] ?? "",
		parentPid: number(4),
		kernelThread: (number(9) & FLAG_KERNEL_THREAD) !== 0,
		cpuTicks: number(14) + number(15),
		threads: number(20),
		startTime: number(22),
	};
}

/** Is it still the same process, not a later one with its PID? */
export async function isAlive(process: Pick<ProcessInfo, "pid" | "startTime">): Promise<boolean> {
	try {
		const stat = parseStat(await readFile(`/proc/${process.pid}/stat`, "latin1"));
		return stat.startTime === process.startTime && stat.state !== "Z" && stat.state !== "X";
	} catch (error) {
		if (isGone(error)) return false;
		throw error;
	}
}

/** CPU time of a process in seconds; undefined when it is gone. */
export async function cpuSecondsOf(pid: number): Promise<number | undefined> {
	try {
		return parseStat(await readFile(`/proc/${pid}/stat`, "latin1")).cpuTicks / TICKS_PER_SECOND;
	} catch (error) {
		if (isGone(error)) return undefined;
		throw error;
	}
}

/** Path of the executable; empty where the agent may not know. */
export async function executableOf(pid: number): Promise<string> {
	const path = await readlink(`/proc/${pid}/exe`).catch(() => "");
	return path.replace(/ \(deleted\)$/, "");
}

function commandOf(commandLine: string): string {
	const text = harmless(commandLine.replace(/\0+$/, "").replaceAll("\0", " "));
	return text.length > COMMAND_LIMIT ? `${text.slice(0, COMMAND_LIMIT - 1)}…` : text;
}

/** A process chooses what it is called by: it may be no path at all, and of any length. */
function programOf(commandLine: string): string {
	return harmless(basename(commandLine.split("\0", 1)[0] ?? "")).slice(0, NAME_LIMIT);
}

/** A process chooses its name and its arguments: they may carry terminal escapes. */
function harmless(text: string): string {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
	return text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}

function isGone(error: unknown): boolean {
	const code = (error as NodeJS.ErrnoException).code;
	return code === "ENOENT" || code === "ESRCH";
}
