import { pipeline, Readable } from "node:stream";
import { promisify } from "node:util";
import { constants, createGzip, gunzip } from "node:zlib";
import type { Recording } from "../../contract/recording.ts";
import type { Profile, SampleTimes } from "../../profile/model.ts";
import { readPprof } from "../../profile/read/pprof.ts";
import { pprofChunks } from "../../profile/write/pprof.ts";
import { SampleTimeWriter } from "../../profile/write/sample-times.ts";

/** Beyond this a profile is not read back: far more than an agent writes. */
const MAX_UNCOMPRESSED = 2 ** 30;
/** For views that the agent makes of a recording that is over: 12 MB. */
const MOST_TIMES = 1_000_000;
const RECORDING_COMMENT = "furnace.recording=";

const decompress = promisify(gunzip);

export interface PprofFileOptions {
	readonly profile: Profile;
	/** carried as a comment */
	readonly recording: Recording;
	/** times of its samples, where they do not lie in the profile */
	readonly times?: AsyncIterable<SampleTimes> | undefined;
	/** zlib's; checkpoints are written often and read hardly ever */
	readonly level?: number;
}

/** The stored form of a recording, gzipped pprof, while it is made: neither it nor the times are ever in memory whole. */
export function pprofFileStream(options: PprofFileOptions): Readable {
	const { level = constants.Z_DEFAULT_COMPRESSION } = options;
	const compressed = createGzip({ level });
	// an error of one ends the other; the reader meets it
	pipeline(Readable.from(plainChunks(options)), compressed, () => undefined);
	return compressed;
}

/** The same in one piece. */
export async function writePprofFile(options: PprofFileOptions): Promise<Buffer> {
	return Buffer.concat(await pprofFileStream(options).toArray());
}

async function* plainChunks({ profile, recording, times }: PprofFileOptions): AsyncGenerator<Uint8Array> {
	const comments = profile.info.comments.filter((comment) => !comment.startsWith(RECORDING_COMMENT));
	comments.push(RECORDING_COMMENT + JSON.stringify(recording));
	yield* pprofChunks({ ...profile, info: { ...profile.info, comments } });
	if (times === undefined) return;
	const writer = new SampleTimeWriter();
	for await (const piece of times) yield* writer.chunks(piece);
}

/**
 * @param mostTimes of samples that are kept in memory; with more the profile is read without them
 * @throws ProfileFormatError or zlib's errors
 */
export async function readPprofFile(bytes: Uint8Array, mostTimes = MOST_TIMES): Promise<Profile> {
	return readPprof(await decompress(bytes, { maxOutputLength: MAX_UNCOMPRESSED }), { times: mostTimes });
}
