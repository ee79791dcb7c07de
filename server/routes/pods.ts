import type { FastifyInstance } from "fastify";
import type { Pod } from "../../contract/pod.ts";
import { ProblemError } from "../../contract/problem.ts";
import { serverRoutes } from "../../contract/server-routes.ts";
import { authorize, callerOf, requireCaller } from "../access/authorization.ts";
import type { Access, PodEntry, PodSource } from "../adapters.ts";
import type { AgentRegistry } from "../agents/registry.ts";
import { declareRoute } from "../http/declare-route.ts";

export interface PodRoutesOptions {
	access: Access;
	pods: PodSource;
	registry: AgentRegistry;
}

export async function podRoutes(
	app: FastifyInstance,
	{ access, pods, registry }: PodRoutesOptions,
): Promise<void> {
	requireCaller(app, access);
	declareRoute(app, serverRoutes.listNamespaces, async ({ request }) => {
		const names = await pods.namespaces();
		const visible = await Promise.all(names.map((name) => access.allows(callerOf(request), "list", name)));
		return { items: names.filter((_, index) => visible[index]).map((name) => ({ name })) };
	});
	declareRoute(app, serverRoutes.listPods, async ({ params, request }) => {
		await authorize(access, request, "list", params.namespace);
		const entries = await pods.pods(params.namespace);
		if (entries === null) throw new ProblemError("namespace-not-found");
		return { items: entries.map((entry) => describePod(entry, registry)) };
	});
}

function describePod(entry: PodEntry, registry: AgentRegistry): Pod {
	const { name, uid, description, cpuPercent, agentKey, skip, routes } = entry;
	return {
		name,
		uid,
		agent: { state: registry.stateOf(agentKey) },
		skip,
		routes: [...routes],
		...(description === undefined ? {} : { description }),
		...(cpuPercent === undefined ? {} : { cpuPercent }),
	};
}
