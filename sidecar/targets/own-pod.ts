import { uptime } from "node:os";
import { ProblemError } from "../../contract/problem.ts";
import { containerNameOf } from "./container-name.ts";
import { createCpuUsage } from "./cpu-usage.ts";
import { chooseProcesses, foundTargets } from "./found-targets.ts";
import type { ProcessInfo } from "./process-info.ts";
import { listProcesses, withoutOwn } from "./processes.ts";
import type { TargetSource } from "./source.ts";

export interface OwnPodOptions {
	readonly namespace: string;
	readonly pod: string;
	readonly podUid?: string;
	readonly ownPids: () => readonly number[];
}

/** The first process of a shared process namespace is the sandbox's: it holds the namespaces and sleeps. */
const SANDBOX_PID = 1;

/** A sidecar's targets: in the pod's shared process namespace, every process that is in another container. */
export function createOwnPod(options: OwnPodOptions): TargetSource {
	const { namespace, pod, podUid } = options;
	const usage = createCpuUsage();
	const nameContainers = createContainerNames();
	const look = async (asked: string) => {
		if (asked !== pod) throw new ProblemError("pod-not-found", `This agent serves the pod ${pod}.`);
		const named = await nameContainers(await listProcesses());
		return others(named, options.ownPids());
	};
	return {
		async list(asked) {
			const processes = await look(asked);
			return foundTargets(processes, usage.look(processes, performance.now(), uptime()));
		},
		async resolve(asked, choice) {
			const processes = await look(asked);
			if (processes.length === 0) throw new ProblemError("target-not-found", NOTHING_SEEN);
			const chosen = chooseProcesses(processes, choice);
			const target = {
				namespace,
				pod,
				...(podUid === undefined ? {} : { podUid }),
				...(choice.container === undefined ? {} : { container: choice.container }),
				...(choice.pid === undefined ? {} : { pid: choice.pid }),
				command: chosen[0].command,
			};
			return { target, processes: chosen };
		},
	};
}

const NOTHING_SEEN =
	"The agent sees no process of another container: they have not started, have ended, or the pod does not share its process namespace.";

/** Without the sandbox, the agent's own container with whatever runs in it, and the agent's tools. */
function others(processes: ReadonlyMap<number, ProcessInfo>, ownPids: readonly number[]): ProcessInfo[] {
	const ours = new Set([process.pid, SANDBOX_PID].map((pid) => processes.get(pid)?.container ?? ""));
	const isOurs = ({ pid, container }: ProcessInfo) =>
		pid === SANDBOX_PID || (container !== "" && ours.has(container));
	return [...withoutOwn(processes, ownPids).values()].filter((process) => !isOurs(process));
}

/** Calls containers by the names that the pod has for them; where that cannot be known, by their ids. */
function createContainerNames() {
	let known = new Map<string, string>();
	return async (processes: ReadonlyMap<number, ProcessInfo>) => {
		const names = new Map<string, string>();
		const named = new Map<number, ProcessInfo>();
		for (const [pid, process] of processes) {
			const id = process.container;
			const name = names.get(id) ?? known.get(id) ?? (await containerNameOf(pid)) ?? id;
			// where the cgroup does not tell one container from another, each process is asked
			if (id !== "") names.set(id, name);
			named.set(pid, { ...process, container: name });
		}
		known = names;
		return named;
	};
}
