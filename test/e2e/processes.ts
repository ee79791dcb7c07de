import { readdirSync, readFileSync } from "node:fs";

export interface RunningProcess {
	pid: number;
	/** clock ticks since boot: with the pid it names one process for good */
	startTime: string;
	command: string;
}

/** Running processes whose command line or environment holds `text` (such as a state folder), and all that they started. */
export function processesOf(text: string): RunningProcess[] {
	const all = allProcesses();
	const found = all.filter(
		({ pid, command }) => command.includes(text) || read(pid, "environ").includes(text),
	);
	for (const { pid } of found) {
		found.push(...all.filter((process) => process.parent === pid && !found.includes(process)));
	}
	return found.map(({ pid, startTime, command }) => ({ pid, startTime, command }));
}

export function isRunning({ pid, startTime }: RunningProcess): boolean {
	return allProcesses().some((process) => process.pid === pid && process.startTime === startTime);
}

function allProcesses(): (RunningProcess & { parent: number })[] {
	return readdirSync("/proc")
		.filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
		.map(Number)
		.flatMap((pid) => {
			const stat = read(pid, "stat");
			// The command stands in parentheses and may hold anything: fields are counted from behind it.
			const [state, parent, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
			const startTime = rest[17];
			if (state === undefined || state === "Z" || startTime === undefined) return [];
			return [
				{
					pid,
					parent: Number(parent),
					startTime,
					command: read(pid, "cmdline").replaceAll("\0", " ").trim(),
				},
			];
		});
}

function read(pid: number, file: "cmdline" | "environ" | "stat"): string {
	try {
		return readFileSync(`/proc/${pid}/${file}`, "utf8");
	} catch {
		// Gone meanwhile.
		return "";
	}
}
