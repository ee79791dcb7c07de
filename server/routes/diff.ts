import type { FastifyInstance } from "fastify";
import type { Recording } from "../../contract/recording.ts";
import { serverRoutes } from "../../contract/server-routes.ts";
import type { Archive } from "../archive/archive.ts";
import { storedSize } from "../archive/stored-size.ts";
import { declareRoute } from "../http/declare-route.ts";
import { asAttachment } from "../http/security-headers.ts";
import { diffFile } from "../rendering/profile-file.ts";
import type { Renderer } from "../rendering/renderer.ts";
import type { ComparedProfile } from "../rendering/task.ts";
import { type FindOptions, findRecording } from "./find-recording.ts";

/** Two recordings of the archive side by side. The caller must have the right to see both: one of them foreign is 404. */
export function diffRoute(app: FastifyInstance, options: FindOptions & { renderer: Renderer }): void {
	const { archive, renderer } = options;
	declareRoute(app, serverRoutes.diff, async ({ query, request, reply }) => {
		const { format = "json" } = query;
		const base = await findRecording(options, request, query.base);
		const comparison = await findRecording(options, request, query.comparison);
		const body = await renderer.diff(await stored(archive, base), await stored(archive, comparison), format);
		return asAttachment(reply, diffFile(base, comparison, format)).send(body);
	});
}

/** @throws ProblemError `archive-unavailable` */
async function stored(archive: Archive, { id, target }: Recording): Promise<ComparedProfile> {
	const path = archive.profilePath(id);
	await storedSize(path);
	return { source: { path }, title: target.pod };
}
