import { type FileHandle, open, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { FastifyBaseLogger } from "fastify";
import { Value } from "typebox/value";
import { Recording } from "../../contract/recording.ts";

export interface StoredRecording {
	readonly recording: Recording;
	/** of its two files */
	readonly bytes: number;
	/** of the one that is kept in memory */
	readonly jsonBytes: number;
}

/** Larger than any recording's JSON with its 200 lines of log. */
const MAX_JSON_BYTES = 4 * 1024 * 1024;

/**
 * Reads what an archive holds. A folder that is torn or not ours is logged, counted and left alone:
 * one bad folder must not hide the others.
 */
export async function readStoredRecordings(
	directory: string,
	logger?: FastifyBaseLogger,
): Promise<{ recordings: StoredRecording[]; skipped: number }> {
	const recordings: StoredRecording[] = [];
	let skipped = 0;
	for (const name of await readdir(directory)) {
		try {
			recordings.push(await readStoredRecording(join(directory, name), name));
		} catch (error) {
			skipped++;
			logger?.warn({ err: error, folder: name }, "skipped a folder of the archive that cannot be read");
		}
	}
	return { recordings, skipped };
}

async function readStoredRecording(path: string, id: string): Promise<StoredRecording> {
	const jsonPath = join(path, "recording.json");
	const { size } = await stat(jsonPath);
	if (size > MAX_JSON_BYTES) throw new Error(`recording.json has ${size} bytes`);
	const recording: unknown = JSON.parse(await readFile(jsonPath, "utf8"));
	if (!Value.Check(Recording, recording)) throw new Error("recording.json is not a recording");
	if (recording.id !== id) throw new Error(`recording.json speaks of ${recording.id}`);
	return { recording, bytes: size + (await gzipSize(join(path, "profile.pb.gz"))), jsonBytes: size };
}

async function gzipSize(path: string): Promise<number> {
	const handle = await open(path, "r");
	try {
		if (!(await startsAsGzip(handle))) throw new Error("profile.pb.gz is not gzip");
		return (await handle.stat()).size;
	} finally {
		await handle.close();
	}
}

async function startsAsGzip(handle: FileHandle): Promise<boolean> {
	const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
	return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
}
