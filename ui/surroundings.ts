import type { Pod } from "../contract/pod.ts";

/** Where Furnace runs, as far as the page knows: on one machine without a cluster, or in one. */
export type Surroundings = "machine" | "cluster" | "unknown";

/**
 * One machine is told from a cluster by how its pods are reached: there each process stands for a pod.
 * @param lists pods of all namespaces that were asked for
 */
export function surroundingsOf(lists: readonly (readonly Pod[])[]): Surroundings {
	const pods = lists.flat();
	if (pods.length === 0) return "unknown";
	return isLocalMachine(pods) ? "machine" : "cluster";
}

export function isLocalMachine(pods: readonly Pod[]): boolean {
	return pods.some(({ routes }) => routes.some(({ route, available }) => route === "embedded" && available));
}

/** What to look at when the server does not answer. */
export function awayAdvice(surroundings: Surroundings): string {
	if (surroundings === "machine") return "If it was stopped, start it again with npm start.";
	if (surroundings === "cluster") {
		return "It may be restarting. If you came by kubectl port-forward, start that again; if you came through a login page, reload this page.";
	}
	return "It may be restarting. On one machine, npm start starts it; in a cluster, the way to it may be cut.";
}
