import { agentRoutes } from "../../contract/agent-routes.ts";
import { NetworkError } from "../../contract/client.ts";
import { type DiffFormat, FORMATS, type Format } from "../../contract/formats.ts";
import type { Recording } from "../../contract/recording.ts";
import { serverRoutes } from "../../contract/server-routes.ts";
import { agentOf, server } from "./client.ts";
import { countBytes, type Progress, totalOf } from "./progress.ts";

/** Where a profile is fetched from: the archive, or the agent that still has it. */
export type ProfileHome = "archive" | "agent";

export interface DownloadOptions {
	format: Format;
	home: ProfileHome;
	onProgress: (progress: Progress) => void;
}

/** @throws ProblemError, NetworkError */
export async function downloadProfile(
	recording: Recording,
	{ format, home, onProgress }: DownloadOptions,
): Promise<void> {
	await save(await openProfile(recording, format, home), fileNameOf(recording, format), onProgress);
}

/** @throws ProblemError, NetworkError */
export async function downloadDiff(
	query: { base: string; comparison: string; format: DiffFormat },
	onProgress: DownloadOptions["onProgress"],
): Promise<void> {
	const name = `furnace-diff-${query.base}-${query.comparison}.${FORMATS[query.format].extension}`;
	await save(await server.open(serverRoutes.diff, { query }), name, onProgress);
}

/** Hands what was fetched to the browser as a file: a plain link would carry no token. */
async function save(
	response: Response,
	name: string,
	onProgress: DownloadOptions["onProgress"],
): Promise<void> {
	const url = URL.createObjectURL(await readBlob(response, onProgress));
	const link = document.createElement("a");
	link.href = url;
	link.download = name;
	link.click();
	// the browser has taken hold of the blob by then
	setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** The browser keeps a large blob on its disk. */
async function readBlob(response: Response, onProgress: DownloadOptions["onProgress"]): Promise<Blob> {
	const type = response.headers.get("content-type") ?? "application/octet-stream";
	try {
		const body = response.body?.pipeThrough(countBytes(totalOf(response.headers), onProgress)) ?? null;
		return await new Response(body, { headers: { "content-type": type } }).blob();
	} catch (cause) {
		throw new NetworkError("The download broke off", { cause });
	}
}

export function fileNameOf(recording: Pick<Recording, "id" | "target">, format: Format): string {
	const pod = recording.target.pod.replace(/[^\w.-]+/g, "_").slice(0, 60);
	return `furnace-${pod}-${recording.id}.${FORMATS[format].extension}`;
}

function openProfile({ id, target }: Recording, format: Format, home: ProfileHome): Promise<Response> {
	const options = { params: { id }, query: { format } };
	// perf's own bytes never leave the agent's machine for the archive
	if (home === "archive" && format !== "perf.data") return server.open(serverRoutes.getProfile, options);
	return agentOf(target.namespace, target.pod).open(agentRoutes.getProfile, options);
}
