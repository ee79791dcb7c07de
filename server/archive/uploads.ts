import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { ProblemError } from "../../contract/problem.ts";
import type { AgentIdentity } from "../adapters.ts";
import type { Renderer } from "../rendering/renderer.ts";
import type { Archive } from "./archive.ts";
import { archiveProblem } from "./archive-problem.ts";
import type { Piece } from "./content-range.ts";
import { partialPath, partialSize, writePiece } from "./partial-upload.ts";
import { createUnfinishedUploads } from "./unfinished-uploads.ts";
import { recordingOf } from "./uploaded-recording.ts";

/** How far an upload is. */
export interface UploadProgress {
	/** bytes that have arrived */
	offset: number;
	/** the archive has the recording */
	complete: boolean;
}

/** Takes finished profiles from agents, piece by piece, and checks each before the archive has it. */
export interface Uploads {
	progress(agent: AgentIdentity, id: string): Promise<UploadProgress>;
	/**
	 * @returns what is true now; for a recording that is in the archive already nothing changes
	 * @throws ProblemError `upload-conflict`, `upload-invalid`, `too-many-requests`, `archive-unavailable`
	 */
	receive(agent: AgentIdentity, id: string, piece: Piece, body: Readable): Promise<UploadProgress>;
	/** The agent with this key is gone: what it did not finish is thrown away. */
	drop(key: string): Promise<void>;
}

export function createUploads(archive: Archive, renderer: Renderer): Uploads {
	/** files being written now; a second writer would interleave */
	const busy = new Set<string>();
	/** files that were unreadable once, and may have been of two halves */
	const suspects = new Set<string>();
	const unfinished = createUnfinishedUploads(archive.uploadDirectory);
	const pathOf = (agent: AgentIdentity, id: string): string =>
		partialPath(archive.uploadDirectory, agent.key, id);

	const progress: Uploads["progress"] = async (agent, id) => {
		if (isTaken(archive, agent, id)) return { offset: 0, complete: true };
		return { offset: await partialSize(pathOf(agent, id)), complete: false };
	};
	return {
		progress,
		async receive(agent, id, piece, body) {
			if (isTaken(archive, agent, id)) return { offset: piece.size, complete: true };
			const path = pathOf(agent, id);
			if (busy.has(path))
				throw new ProblemError("upload-conflict", "Another request is uploading this recording.");
			busy.add(path);
			try {
				await unfinished.admit(agent.key, id, piece.size);
				if (piece.first === 0) await archive.makeRoom(piece.size);
				await writePiece(path, piece, body);
				if (piece.first + piece.length < piece.size) return await progress(agent, id);
				await finish(path, agent, { id, resumed: piece.first > 0 });
				return { offset: piece.size, complete: true };
			} catch (error) {
				if ((await partialSize(path).catch(() => 1)) === 0) unfinished.ended(agent.key, id);
				throw uploadProblem(error, archive);
			} finally {
				busy.delete(path);
			}
		},
		async drop(key) {
			const prefix = join(archive.uploadDirectory, `${key}.`);
			for (const path of suspects) if (path.startsWith(prefix)) suspects.delete(path);
			await unfinished.drop(key);
		},
	};

	async function finish(
		path: string,
		agent: AgentIdentity,
		{ id, resumed }: { id: string; resumed: boolean },
	) {
		try {
			const comments = await renderer.inspect({ path });
			await archive.store(recordingOf(comments, agent, id), path);
			suspects.delete(path);
			unfinished.ended(agent.key, id);
		} catch (error) {
			if (!(error instanceof ProblemError && error.code === "upload-invalid")) throw error;
			// sending the rest again would not help: start over
			await rm(path, { force: true });
			unfinished.ended(agent.key, id);
			if (!resumed || suspects.delete(path)) throw error;
			// an agent that restarted may have gone on with other bytes than it began with
			suspects.add(path);
			throw new ProblemError("upload-conflict", "What had arrived does not fit the rest: start over.", {
				cause: error,
			});
		}
	}
}

/**
 * Is it there, or was it, and is not wanted any more? Either way the agent is done with it.
 * @throws ProblemError `upload-conflict` when it is there, but another pod's
 */
function isTaken(archive: Archive, agent: AgentIdentity, id: string): boolean {
	const target = archive.get(id)?.target;
	if (target === undefined) return archive.isGone(id);
	const isOwn =
		(agent.namespace ?? target.namespace) === target.namespace &&
		(agent.podUid ?? target.podUid) === target.podUid;
	if (!isOwn) throw new ProblemError("upload-conflict", "A recording with this id exists already.");
	return true;
}

/** The agent's connection was cut, or the disk failed. */
function uploadProblem(error: unknown, archive: Archive): ProblemError {
	if (error instanceof ProblemError) return error;
	const { code } = error as NodeJS.ErrnoException;
	if (code === "ECONNRESET" || code === "ERR_STREAM_PREMATURE_CLOSE" || code === "ABORT_ERR") {
		return new ProblemError("request-timeout", "The connection was cut.", { cause: error });
	}
	return archiveProblem(error, archive.uploadDirectory);
}
