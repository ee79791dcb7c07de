import type { Client } from "../../contract/client.ts";
import { fillPath } from "../../contract/client.ts";
import { LOCAL_NAMESPACE } from "../../contract/names.ts";
import { PROXY_PREFIX, serverRoutes } from "../../contract/server-routes.ts";
import { eventually, type Furnace } from "./furnace.ts";
import { processesOf } from "./processes.ts";

/** @returns the name of the pod of this Furnace's own demo (there may be others), once its agent is ready */
export function demoPod(furnace: Furnace): Promise<string> {
	return localPod(furnace, (name) => {
		const pid = /^furnace-demo-(\d+)$/.exec(name)?.[1];
		return pid !== undefined && processesOf(furnace.stateDir).some((process) => process.pid === Number(pid));
	});
}

export function podOfProcess(furnace: Furnace, pid: number | undefined): Promise<string> {
	return localPod(furnace, (name) => name.endsWith(`-${pid}`));
}

function localPod(furnace: Furnace, matches: (name: string) => boolean): Promise<string> {
	return eventually("the pod, with a ready agent", async () => {
		const { items } = await furnace.client.call(serverRoutes.listPods, {
			params: { namespace: LOCAL_NAMESPACE },
		});
		return items.find(({ name, agent }) => matches(name) && agent.state === "ready")?.name;
	});
}

/** A client for the agent's routes of one pod, through the server's proxy route. */
export function agentOf(furnace: Furnace, pod: string): Client {
	return furnace.client.below(fillPath(PROXY_PREFIX, { namespace: LOCAL_NAMESPACE, pod }));
}
