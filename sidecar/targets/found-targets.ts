import { ProblemError } from "../../contract/problem.ts";
import type { ProcessInfo } from "./process-info.ts";
import { runtimeOf } from "./runtime.ts";
import type { FoundTarget, TargetChoice } from "./source.ts";

/** Containers without a name are called by the first digits of their id, as container tools do. */
export const SHORT_ID = 12;
const WHOLE_ID = /^[0-9a-f]{64}$/;

/** What a person calls a container, by its name or id. */
function calledBy(container: string): string {
	return WHOLE_ID.test(container) ? container.slice(0, SHORT_ID) : container;
}

/**
 * What can be chosen among a pod's processes: each container as a whole where there are any, and each process.
 * @param cpu percent of one core by PID
 */
export async function foundTargets(
	processes: readonly ProcessInfo[],
	cpu: ReadonlyMap<number, number>,
): Promise<FoundTarget[]> {
	const containers = Map.groupBy(
		processes.filter(({ container }) => container !== ""),
		({ container }) => container,
	);
	const found: FoundTarget[] = [];
	for (const [id, members] of containers) found.push(await containerTarget(id, members, cpu));
	for (const process of processes) found.push(await processTarget(process, cpu));
	return found;
}

async function containerTarget(
	id: string,
	members: readonly ProcessInfo[],
	cpu: ReadonlyMap<number, number>,
): Promise<FoundTarget> {
	return {
		name: calledBy(id),
		kind: "container",
		container: calledBy(id),
		command: members[0].command,
		runtime: await runtimeOf(members[0].pid),
		threads: sum(members, ({ threads }) => threads),
		cpuPercent: sum(members, ({ pid }) => cpu.get(pid) ?? 0),
		processes: members,
	};
}

async function processTarget(process: ProcessInfo, cpu: ReadonlyMap<number, number>): Promise<FoundTarget> {
	const { pid, parentPid, name, command, threads, container } = process;
	return {
		name,
		kind: "process",
		pid,
		parentPid,
		...(container === "" ? {} : { container: calledBy(container) }),
		command,
		runtime: await runtimeOf(pid),
		threads,
		cpuPercent: cpu.get(pid) ?? 0,
		processes: [process],
	};
}

/**
 * The processes a request means.
 * @throws ProblemError target-not-found
 */
export function chooseProcesses(processes: readonly ProcessInfo[], choice: TargetChoice): ProcessInfo[] {
	const chosen = processes.filter(
		({ pid, container }) =>
			(choice.pid === undefined || pid === choice.pid) &&
			(choice.container === undefined ||
				(container !== "" && [container, calledBy(container)].includes(choice.container))),
	);
	if (chosen.length > 0) return chosen;
	const what = choice.pid === undefined ? `container ${choice.container}` : `process ${choice.pid}`;
	throw new ProblemError("target-not-found", `There is no ${what} in this pod.`);
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
	return items.reduce((total, item) => total + of(item), 0);
}
