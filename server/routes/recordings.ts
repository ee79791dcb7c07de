import { createReadStream } from "node:fs";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Agent } from "undici";
import { agentRoutes } from "../../contract/agent-routes.ts";
import { fillPath } from "../../contract/client.ts";
import type { Format } from "../../contract/formats.ts";
import { ProblemError } from "../../contract/problem.ts";
import type { Recording } from "../../contract/recording.ts";
import { serverRoutes } from "../../contract/server-routes.ts";
import { allowedNamespaces, authorize, callerOf, requireCaller } from "../access/authorization.ts";
import type { Access, PodSource } from "../adapters.ts";
import { originOf } from "../agents/dispatcher.ts";
import type { AgentRegistry } from "../agents/registry.ts";
import type { Archive } from "../archive/archive.ts";
import { storedSize } from "../archive/stored-size.ts";
import { declareRoute } from "../http/declare-route.ts";
import { asAttachment } from "../http/security-headers.ts";
import type { Peers } from "../peers/peers.ts";
import { openProfile } from "../proxy/fetch-profile.ts";
import { profileFile } from "../rendering/profile-file.ts";
import type { Renderer } from "../rendering/renderer.ts";
import { diffRoute } from "./diff.ts";
import { findRecording } from "./find-recording.ts";

export interface RecordingRoutesOptions {
	access: Access;
	archive: Archive;
	/** absent: there is but this one server */
	peers?: Pick<Peers, "fetch" | "tellDeleted"> | undefined;
	renderer: Renderer;
	/** for raw data, which only the agent has */
	pods: PodSource;
	registry: AgentRegistry;
	dispatcher: Agent;
}

/** The archive. Whether a recording exists is itself a secret of its namespace: a foreign id answers 404. */
export async function recordingRoutes(app: FastifyInstance, options: RecordingRoutesOptions): Promise<void> {
	const { access, archive } = options;
	requireCaller(app, access);
	declareRoute(app, serverRoutes.listRecordings, async ({ query, request }) => {
		const matching = archive.list().filter(({ target }) => {
			const { namespace = target.namespace, pod = target.pod } = query;
			return target.namespace === namespace && target.pod === pod;
		});
		return { items: await visibleTo(request, matching, access) };
	});
	declareRoute(app, serverRoutes.getRecording, async ({ params, request }) =>
		findRecording(options, request, params.id),
	);
	declareRoute(app, serverRoutes.deleteRecording, async ({ params, request }) => {
		const recording = await findRecording(options, request, params.id);
		await authorize(access, request, "delete", recording.target.namespace);
		await archive.delete(recording.id);
		await options.peers?.tellDeleted(recording.id);
		request.log.info({ recording: recording.id, caller: callerOf(request).name }, "recording deleted");
		return undefined;
	});
	declareRoute(app, serverRoutes.getProfile, async ({ params, query, request, reply }) => {
		const recording = await findRecording(options, request, params.id);
		const format = query.format ?? "pprof";
		if (format === "perf.data") return sendRawData(options, request, reply, recording);
		return sendProfile(options, reply, recording, format);
	});
	diffRoute(app, options);
}

async function visibleTo(
	request: FastifyRequest,
	recordings: Recording[],
	access: Access,
): Promise<Recording[]> {
	const namespaces = [...new Set(recordings.map(({ target }) => target.namespace))];
	const visible = new Set(await allowedNamespaces(access, request, "list", namespaces));
	return recordings.filter(({ target }) => visible.has(target.namespace));
}

async function sendProfile(
	{ archive, renderer }: RecordingRoutesOptions,
	reply: FastifyReply,
	{ id, target }: Recording,
	format: Exclude<Format, "perf.data">,
): Promise<FastifyReply> {
	const path = archive.profilePath(id);
	const size = await storedSize(path);
	const file = profileFile(target.pod, id, format);
	if (format === "pprof") {
		return asAttachment(reply, file).header("content-length", size).send(createReadStream(path));
	}
	const body = await renderer.render({ path }, { format, title: target.pod });
	return asAttachment(reply, file).send(body);
}

/** Raw data stays with the agent that recorded it; when it cannot be had from there, it is gone. */
async function sendRawData(
	{ pods, registry, dispatcher }: RecordingRoutesOptions,
	request: FastifyRequest,
	reply: FastifyReply,
	{ id, target }: Recording,
): Promise<FastifyReply> {
	const entry = await pods.pod(target.namespace, target.pod);
	if (entry === null) throw new ProblemError("raw-data-gone");
	try {
		const { identity } = registry.ready(entry.agentKey);
		const path = entry.agentPath + fillPath(agentRoutes.getProfile.path, { id });
		const address = { origin: originOf(identity.key), path, requestId: request.id };
		const body = await openProfile(dispatcher, address, "perf.data");
		return asAttachment(reply, profileFile(target.pod, id, "perf.data")).send(body);
	} catch (cause) {
		if (!(cause instanceof ProblemError)) throw cause;
		throw new ProblemError("raw-data-gone", undefined, { cause });
	}
}
