import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { agentRoutes } from "../contract/agent-routes.ts";
import { ProblemError } from "../contract/problem.ts";
import type { BodyOf, ParamsOf, QueryOf, ResponseOf, Route } from "../contract/route.ts";
import type { Target } from "../contract/target.ts";
import { sendProfile } from "./http/download.ts";
import { endedEvents, liveEvents } from "./http/events.ts";
import type { Profiler } from "./profilers/profiler.ts";
import { type SymbolFiles, symbolHintOf } from "./profilers/symbol-hint.ts";
import { readPprofFile } from "./recordings/pprof-file.ts";
import type { Recordings } from "./recordings/recordings.ts";
import type { RecordingStore } from "./recordings/store.ts";
import type { FoundTarget, TargetSource } from "./targets/source.ts";

export interface RoutesOptions {
	readonly recordings: Recordings;
	readonly store: RecordingStore;
	readonly targets: TargetSource;
	readonly profilers: readonly Profiler[];
	readonly symbolFiles: SymbolFiles;
	/** the pod a request is about */
	readonly podOf: (request: FastifyRequest) => string;
}

/** The agent's routes, as contract/agent-routes.ts defines them, for one pod. */
export function registerRoutes(app: FastifyInstance, options: RoutesOptions): void {
	const { recordings, targets, profilers, podOf, symbolFiles } = options;
	/** A recording of another pod is as unknown as none. */
	const ofPod = (request: FastifyRequest, id: string) => {
		const recording = recordings.get(id);
		if (recording.target.pod !== podOf(request)) throw new ProblemError("recording-not-found");
		return recording;
	};
	declare(app, agentRoutes.listTargets, async ({ request }) => ({
		items: await Promise.all((await targets.list(podOf(request))).map((found) => toTarget(found, profilers))),
	}));
	declare(app, agentRoutes.startRecording, async ({ request, body }) => {
		const resolved = await targets.resolve(podOf(request), body);
		// perf itself reads files for unwinding by DWARF alone
		const readable = body.callGraph === "dwarf" ? symbolFiles : "read";
		const symbolHint = await symbolHintOf(resolved.processes, readable);
		return recordings.start({ request: body, resolved, symbolHint });
	});
	declare(app, agentRoutes.listRecordings, async ({ request }) => ({
		items: recordings.list().filter(({ target }) => target.pod === podOf(request)),
	}));
	declare(app, agentRoutes.getRecording, async ({ request, params }) => ofPod(request, params.id));
	declare(app, agentRoutes.stopRecording, async ({ request, params }) => {
		ofPod(request, params.id);
		return recordings.stop(params.id);
	});
	declare(app, agentRoutes.deleteRecording, async ({ request, params }) => {
		ofPod(request, params.id);
		await recordings.remove(params.id);
		return undefined;
	});
	declare(app, agentRoutes.getProfile, async ({ request, params, query, reply }) => {
		ofPod(request, params.id);
		return sendProfile(reply, { ...options, id: params.id, format: query.format ?? "pprof" });
	});
	declare(app, agentRoutes.watchRecording, async ({ request, params, reply }) => {
		const recording = ofPod(request, params.id);
		return reply
			.type(agentRoutes.watchRecording.produces ?? "")
			.header("cache-control", "no-store")
			.send(await eventsOf(recordings, recording.id));
	});
}

async function eventsOf(recordings: Recordings, id: string) {
	const session = recordings.session(id);
	const recording = () => recordings.get(id);
	if (session !== undefined) return liveEvents({ session, recording, ended: recordings.ended(id) });
	const bytes = await recordings.storedProfile(id);
	return endedEvents(recording(), bytes === undefined ? undefined : await readPprofFile(bytes));
}

async function toTarget(found: FoundTarget, profilers: readonly Profiler[]): Promise<Target> {
	const { processes: _, ...target } = found;
	return { ...target, profilers: await Promise.all(profilers.map((profiler) => profiler.support(found))) };
}

interface Call<R> {
	readonly params: ParamsOf<R>;
	readonly query: QueryOf<R>;
	readonly body: BodyOf<R>;
	readonly request: FastifyRequest;
	readonly reply: FastifyReply;
}

/** A route of the contract with its handler; a handler that sends files or streams returns the reply. */
function declare<const R extends Route>(
	app: FastifyInstance,
	route: R,
	handle: (call: Call<R>) => Promise<ResponseOf<R> | FastifyReply>,
): void {
	const { params, query, body, response, status } = route;
	app.route({
		method: route.method,
		url: route.path,
		schema: {
			...(params ? { params } : {}),
			...(query ? { querystring: query } : {}),
			...(body ? { body } : {}),
			...(response ? { response: { [status]: response } } : {}),
		},
		handler: (request, reply) => {
			reply.code(status);
			const { params: named, query: asked, body: sent } = request;
			return handle({ params: named, query: asked, body: sent, request, reply } as Call<R>);
		},
	});
}
