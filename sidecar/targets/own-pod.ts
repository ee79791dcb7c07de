import { uptime } from "node:os";
import { ProblemError } from "../../contract/problem.ts";
import { createCpuUsage } from "./cpu-usage.ts";
import { chooseProcesses, foundTargets } from "./found-targets.ts";
import { listProcesses, withoutOwn } from "./processes.ts";
import type { TargetSource } from "./source.ts";

export interface OwnPodOptions {
	readonly namespace: string;
	readonly pod: string;
	readonly podUid?: string;
	readonly ownPids: () => readonly number[];
}

/** A sidecar's targets: with the pod's shared process namespace, every process it sees but its own. */
export function createOwnPod(options: OwnPodOptions): TargetSource {
	const { namespace, pod, podUid } = options;
	const usage = createCpuUsage();
	const look = async (asked: string) => {
		if (asked !== pod) throw new ProblemError("pod-not-found", `This agent serves the pod ${pod}.`);
		return [...withoutOwn(await listProcesses(), options.ownPids()).values()];
	};
	return {
		async list(asked) {
			const processes = await look(asked);
			return foundTargets(processes, usage.look(processes, performance.now(), uptime()));
		},
		async resolve(asked, choice) {
			const chosen = chooseProcesses(await look(asked), choice);
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
