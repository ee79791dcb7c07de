import type { Pod } from "../../contract/pod.ts";

/** Is this Furnace on one machine, without a cluster? There each process stands for a pod. */
export function isLocalMachine(pods: readonly Pod[]): boolean {
	return pods.some(({ routes }) => routes.some(({ route, available }) => route === "embedded" && available));
}

/** The workload that `npm start` brings along: something to record for those who have nothing yet. */
export function isDemo({ name }: Pod): boolean {
	return /^furnace-demo-\d+$/.test(name);
}

/** @returns what somebody who is new here may want to record: the busiest pod, and the demo */
export function suggestionsFrom(pods: readonly Pod[]): { busiest: Pod | undefined; demo: Pod | undefined } {
	const ready = pods.filter(({ agent }) => agent.state === "ready");
	const [busiest] = ready.toSorted((a, b) => (b.cpuPercent ?? 0) - (a.cpuPercent ?? 0));
	return { busiest, demo: ready.find(isDemo) };
}
