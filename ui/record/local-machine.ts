import type { Pod } from "../../contract/pod.ts";

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
