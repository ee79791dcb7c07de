import { readFileSync } from "node:fs";

/** A process of this machine, safe against its number being given to another one later. */
export interface ProcessId {
	pid: number;
	/** clock ticks since boot, from /proc/PID/stat */
	startTime: string;
}

/** @returns the id of a running process; undefined when there is none of that number (zombies count as gone) */
export function processId(pid: number): ProcessId | undefined {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
		// The command stands in parentheses and may hold any character, so fields are counted from the last one.
		const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
		const [state, startTime] = [fields[0], fields[19]];
		return state === "Z" || startTime === undefined ? undefined : { pid, startTime };
	} catch {
		return undefined;
	}
}

export function isRunning(id: ProcessId): boolean {
	return processId(id.pid)?.startTime === id.startTime;
}

/** Ends a process: SIGTERM, then SIGKILL when it is still there after `graceMs`. Resolves when it is gone. */
export async function endProcess(id: ProcessId, graceMs: number): Promise<void> {
	const deadline = Date.now() + graceMs;
	signal(id, "SIGTERM");
	while (isRunning(id)) {
		if (Date.now() > deadline) signal(id, "SIGKILL");
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}

function signal(id: ProcessId, name: NodeJS.Signals): void {
	if (!isRunning(id)) return;
	try {
		process.kill(id.pid, name);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
	}
}
