import type { FastifyInstance } from "fastify";
import type { AgentState, Pod } from "../../contract/pod.ts";
import { ProblemError } from "../../contract/problem.ts";
import { serverRoutes } from "../../contract/server-routes.ts";
import { allowedNamespaces, authorize, missingRight, requireCaller } from "../access/authorization.ts";
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
		const visible = await allowedNamespaces(access, request, "list", await pods.namespaces());
		return { items: visible.map((name) => ({ name })) };
	});
	declareRoute(app, serverRoutes.listPods, async ({ params, request }) => {
		await authorize(access, request, "list", params.namespace);
		const entries = await pods.pods(params.namespace);
		if (entries === null) throw new ProblemError("namespace-not-found");
		const right = await missingRight(access, request, "create", params.namespace);
		const items = entries.map((entry) => describePod(entry, registry));
		return { items, ...(right === undefined ? {} : { missingRight: right }) };
	});
}

function describePod(entry: PodEntry, registry: AgentRegistry): Pod {
	const { name, uid, description, cpuPercent, skip, routes } = entry;
	return {
		name,
		uid,
		agent: { state: agentState(entry, registry) },
		skip,
		routes: [...routes],
		...(description === undefined ? {} : { description }),
		...(cpuPercent === undefined ? {} : { cpuPercent }),
	};
}

/** One that learnt newer roots in time, from the answers to its heartbeats, works whatever it was given at first. */
function agentState({ agentKey, staleTrust }: PodEntry, registry: AgentRegistry): AgentState {
	const state = registry.stateOf(agentKey);
	return staleTrust === true && state !== "ready" ? "stale-trust" : state;
}
