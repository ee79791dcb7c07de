import { promisify } from "node:util";
import { constants, gunzip, gzip } from "node:zlib";
import type { Recording } from "../../contract/recording.ts";
import type { Profile } from "../../profile/model.ts";
import { readPprof } from "../../profile/read/pprof.ts";
import { writeProfile } from "../../profile/write/formats.ts";

/** Beyond this a profile is not read back: far more than an agent writes. */
const MAX_UNCOMPRESSED = 2 ** 30;
const RECORDING_COMMENT = "furnace.recording=";

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/**
 * The stored form of a recording: gzipped pprof that carries its recording as a comment.
 * @param level zlib's; checkpoints are written often and read hardly ever
 */
export async function writePprofFile(
	profile: Profile,
	recording: Recording,
	level: number = constants.Z_DEFAULT_COMPRESSION,
): Promise<Buffer> {
	const comments = profile.info.comments.filter((comment) => !comment.startsWith(RECORDING_COMMENT));
	comments.push(RECORDING_COMMENT + JSON.stringify(recording));
	const carrying = { ...profile, info: { ...profile.info, comments } };
	return compress(await writeProfile(carrying, "pprof"), { level });
}

/** @throws ProfileFormatError or zlib's errors */
export async function readPprofFile(bytes: Uint8Array): Promise<Profile> {
	return readPprof(await decompress(bytes, { maxOutputLength: MAX_UNCOMPRESSED }));
}
