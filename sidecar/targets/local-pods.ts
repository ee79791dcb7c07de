import { uptime } from "node:os";
import { ProblemError } from "../../contract/problem.ts";
import { createCpuUsage } from "./cpu-usage.ts";
import { chooseProcesses, foundTargets, SHORT_ID } from "./found-targets.ts";
import type { ProcessInfo } from "./process-info.ts";
import { familyOf, listProcesses, withoutOwn } from "./processes.ts";
import type { TargetSource } from "./source.ts";

export interface LocalPod {
	/** a valid Kubernetes object name: `<name>-<pid>`, or `<name>-<start of the container id>` */
	readonly name: string;
	/** `<pid>-<start time>`, or the container's id */
	readonly uid: string;
	/** command line of the (first) process */
	readonly description: string;
	/** of one core, since it was last looked at; a process's own, a container's in all */
	readonly cpuPercent: number;
}

export interface LocalPodsOptions {
	/** Furnace's own processes, asked at each look; neither they nor the tools they run are targets */
	readonly ownPids: () => readonly number[];
	/** the namespace that recordings name */
	readonly namespace: string;
}

/** This machine's processes as pods: the embedded default's targets. */
export interface LocalPods extends TargetSource {
	/** busiest first */
	listLocalPods(): Promise<LocalPod[]>;
}

/** Lists of all pods that are asked for at about the same time, by several pages, share one look at /proc. */
const SHARED_MILLISECONDS = 1000;

/**
 * Every container is a pod, and so is every process in none, together with its descendants.
 * Kernel threads and Furnace itself are left out. A container that Furnace itself runs in counts as none.
 */
export function createLocalPods(options: LocalPodsOptions): LocalPods {
	const usage = createCpuUsage();
	const lookNow = async () => {
		const all = await listProcesses();
		const outside = notInContainer(all, all.get(process.pid)?.container ?? "");
		const processes = withoutOwn(outside, options.ownPids());
		return { processes, cpu: usage.look(processes.values(), performance.now(), uptime()) };
	};
	let shared: { until: number; look: ReturnType<typeof lookNow> } | undefined;
	const look = () => {
		if (shared === undefined || performance.now() > shared.until) {
			shared = { until: performance.now() + SHARED_MILLISECONDS, look: lookNow() };
		}
		return shared.look;
	};
	const find = (name: string, { processes, cpu }: Awaited<ReturnType<typeof lookNow>>) => {
		const pod = podOf(name, processes);
		if (pod) return { ...pod, cpu };
		throw new ProblemError("pod-not-found", `There is no process or container ${name} on this machine.`);
	};
	return {
		async listLocalPods() {
			const { processes, cpu } = await look();
			return localPods(processes, cpu);
		},
		async list(pod) {
			const { members, cpu } = find(pod, await lookNow());
			return foundTargets(members, cpu);
		},
		async resolve(pod, choice) {
			const { members, uid } = find(pod, await lookNow());
			const chosen = chooseProcesses(members, choice);
			const first = choice.pid === undefined ? members[0] : chosen[0];
			const target = {
				namespace: options.namespace,
				pod,
				podUid: uid,
				...(choice.container === undefined ? {} : { container: choice.container }),
				...(choice.pid === undefined ? {} : { pid: choice.pid }),
				command: first.command,
			};
			return { target, processes: chosen };
		},
	};
}

/** Processes of the given container (Furnace's own) are shown as if they were in none. */
function notInContainer(
	processes: ReadonlyMap<number, ProcessInfo>,
	own: string,
): ReadonlyMap<number, ProcessInfo> {
	if (own === "") return processes;
	const plain = (process: ProcessInfo) =>
		process.container === own ? { ...process, container: "" } : process;
	return new Map([...processes].map(([pid, process]) => [pid, plain(process)]));
}

function localPods(
	processes: ReadonlyMap<number, ProcessInfo>,
	cpu: ReadonlyMap<number, number>,
): LocalPod[] {
	const groups = Map.groupBy(processes.values(), ({ pid, container }) => container || String(pid));
	const pods = [...groups.values()].map((members) => ({
		name: podName(members[0]),
		uid: podUid(members[0]),
		description: members[0].command,
		cpuPercent: members.reduce((total, { pid }) => total + (cpu.get(pid) ?? 0), 0),
	}));
	return pods.sort((a, b) => b.cpuPercent - a.cpuPercent || a.name.localeCompare(b.name));
}

function podOf(name: string, processes: ReadonlyMap<number, ProcessInfo>) {
	const first = [...processes.values()].find((process) => podName(process) === name);
	if (first === undefined) return undefined;
	const members =
		first.container === ""
			? familyOf(first.pid, processes)
			: [...processes.values()].filter(({ container }) => container === first.container);
	return { members, uid: podUid(first) };
}

/** A process's name is free text; a pod's is lower case letters, digits and dashes. */
export function podName({ name, pid, container }: ProcessInfo): string {
	const plain = name
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, "-")
		.replace(/^-|-$/g, "");
	return `${plain || "process"}-${container === "" ? pid : container.slice(0, SHORT_ID)}`;
}

function podUid({ pid, startTime, container }: ProcessInfo): string {
	return container || `${pid}-${startTime}`;
}
