import { readdir } from "node:fs/promises";
import { type ProcessInfo, readProcess } from "./process-info.ts";

/** At once, so that a machine with ten thousand processes does not open ten thousand files. */
const BATCH = 64;

/** Every process the agent can see but the kernel's own threads, by PID. */
export async function listProcesses(): Promise<Map<number, ProcessInfo>> {
	const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
	const processes = new Map<number, ProcessInfo>();
	for (let start = 0; start < pids.length; start += BATCH) {
		const batch = await Promise.all(pids.slice(start, start + BATCH).map(readProcess));
		for (const process of batch) if (process && !process.kernelThread) processes.set(process.pid, process);
	}
	return processes;
}

/** A process, then its descendants, parents before children. */
export function familyOf(pid: number, processes: ReadonlyMap<number, ProcessInfo>): ProcessInfo[] {
	const children = Map.groupBy(processes.values(), (process) => process.parentPid);
	const first = processes.get(pid);
	const family = first ? [first] : [];
	for (const member of family) family.push(...(children.get(member.pid) ?? []));
	return family;
}

/** Tools of ours that a process of ours runs: offered to nobody as a target. */
const TOOLS: ReadonlySet<string> = new Set(["perf", "setpriv"]);

/** Takes away Furnace's own processes and the tools they run. */
export function withoutOwn(
	processes: ReadonlyMap<number, ProcessInfo>,
	ownPids: readonly number[],
): Map<number, ProcessInfo> {
	const own = new Set(ownPids);
	const isOwn = ({ pid, parentPid, name }: ProcessInfo) =>
		own.has(pid) || (own.has(parentPid) && TOOLS.has(name));
	return new Map([...processes].filter(([, process]) => !isOwn(process)));
}
