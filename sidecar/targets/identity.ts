import { type ProcessInfo, readProcess } from "./process-info.ts";

export interface Identity {
	/** still the same processes */
	readonly alive: ProcessInfo[];
	/** PIDs that belong to other processes by now */
	readonly reused: number[];
}

/** Are these processes still who they were? A PID alone does not tell, with its start time it does. */
export async function identityOf(processes: readonly ProcessInfo[]): Promise<Identity> {
	const now = await Promise.all(processes.map(({ pid }) => readProcess(pid)));
	return {
		alive: processes.filter((process, index) => now[index]?.startTime === process.startTime),
		reused: processes
			.filter((process, index) => now[index] !== undefined && now[index].startTime !== process.startTime)
			.map(({ pid }) => pid),
	};
}
