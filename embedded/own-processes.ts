import { readFileSync } from "node:fs";

/** @returns the parents of this process that only exist to run it: the launcher, and npm with its shell when npm started it */
export function launcherPids(): number[] {
	const pids = [process.ppid];
	if (process.env.npm_command === undefined) return pids;
	for (let pid = parentOf(process.ppid); pid > 1 && pids.length < 4; pid = parentOf(pid)) {
		pids.push(pid);
		if (commandOf(pid).includes("npm")) return pids;
	}
	return [process.ppid];
}

/** @returns 0 when there is no such process (any more) */
function parentOf(pid: number): number {
	const stat = read(pid, "stat");
	return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1] ?? 0);
}

function commandOf(pid: number): string {
	return read(pid, "cmdline").replaceAll("\0", " ");
}

function read(pid: number, file: string): string {
	try {
		return readFileSync(`/proc/${pid}/${file}`, "utf8");
	} catch {
		return "";
	}
}
