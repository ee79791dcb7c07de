import type { FastifyRequest } from "fastify";
import { ProblemError } from "../../contract/problem.ts";
import type { Recording } from "../../contract/recording.ts";
import { callerOf } from "../access/authorization.ts";
import type { Access } from "../adapters.ts";
import type { Archive } from "../archive/archive.ts";
import type { Peers } from "../peers/peers.ts";

export interface FindOptions {
	access: Access;
	archive: Archive;
	/** absent: there is but this one server */
	peers?: Pick<Peers, "fetch"> | undefined;
}

/** @throws ProblemError `recording-not-found`, also when the caller may not know of it */
export async function findRecording(
	{ access, archive, peers }: FindOptions,
	request: FastifyRequest,
	id: string,
): Promise<Recording> {
	if (archive.get(id) === undefined) await peers?.fetch(id);
	const recording = archive.get(id);
	if (recording === undefined) throw new ProblemError("recording-not-found");
	if (await access.allows(callerOf(request), "get", recording.target.namespace)) return recording;
	throw new ProblemError("recording-not-found");
}
