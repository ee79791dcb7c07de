import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import { FORMATS, type Format } from "../../contract/formats.ts";
import { ProblemError } from "../../contract/problem.ts";
import type { Recording } from "../../contract/recording.ts";
import type { Profile } from "../../profile/model.ts";
import { profileChunks } from "../../profile/write/formats.ts";
import { pprofFileStream, readPprofFile } from "../recordings/pprof-file.ts";
import type { Recordings } from "../recordings/recordings.ts";
import type { RecordingStore } from "../recordings/store.ts";

/** Made by the server from the pprof: an agent's pages would not be let through. */
const SERVER_ONLY: ReadonlySet<Format> = new Set(["html", "svg"]);

export interface DownloadOptions {
	readonly recordings: Recordings;
	readonly store: RecordingStore;
	readonly id: string;
	readonly format: Format;
}

/**
 * Sends a recording's profile, finished or so far, as a file.
 * @throws ProblemError recording-not-found, profile-not-ready, raw-data-gone, invalid-request
 */
export async function sendProfile(reply: FastifyReply, options: DownloadOptions): Promise<FastifyReply> {
	const { format, id, recordings } = options;
	if (SERVER_ONLY.has(format)) {
		throw new ProblemError("invalid-request", `The server makes ${format} from the agent's pprof; ask it.`);
	}
	const recording = recordings.get(id);
	const content = await contentOf(options, recording);
	const { mediaType, extension } = FORMATS[format];
	return reply
		.type(mediaType)
		.header("content-disposition", `attachment; filename="${id}.${extension}"`)
		.header("x-content-type-options", "nosniff")
		.send(content);
}

async function contentOf(options: DownloadOptions, recording: Recording): Promise<Buffer | Readable> {
	const { format, id, recordings, store } = options;
	if (format === "perf.data") return rawData(store, recording);
	const session = recordings.session(id);
	if (session === undefined) {
		const bytes = await recordings.storedProfile(id);
		if (bytes === undefined) throw new ProblemError("profile-not-ready", recording.cause?.message);
		return format === "pprof" ? bytes : written(await readPprofFile(bytes), format, recording);
	}
	if (recording.samples === 0) throw new ProblemError("profile-not-ready");
	const [profile, times] = [session.snapshot(), session.times()];
	return format === "pprof"
		? pprofFileStream({ profile, recording, times })
		: written(profile, format, recording);
}

function written(profile: Profile, format: Exclude<Format, "perf.data">, { target }: Recording): Readable {
	return Readable.from(profileChunks(profile, format, { title: target.command ?? target.pod }));
}

/** @throws ProblemError raw-data-gone */
function rawData(store: RecordingStore, { id, rawData: isKept }: Recording): Readable {
	if (!isKept) throw new ProblemError("raw-data-gone");
	return createReadStream(store.rawFile(id));
}
