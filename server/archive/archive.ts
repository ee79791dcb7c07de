import { mkdir, mkdtemp, rm, rmdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { FastifyBaseLogger } from "fastify";
import type { Recording } from "../../contract/recording.ts";
import { archiveProblem } from "./archive-problem.ts";
import { deleteDirectory, storeDirectory } from "./atomic-directory.ts";
import { removeAbandoned } from "./partial-upload.ts";
import { readStoredRecordings, type StoredRecording } from "./stored-recordings.ts";

export interface ArchiveOptions {
	/** made when it is missing; readable by its owner alone */
	directory: string;
	logger?: FastifyBaseLogger;
	/** the oldest recordings go when there are more; absent: all are kept */
	maxRecordings?: number;
	/** the oldest recordings go when their profiles take more bytes; absent: all are kept */
	maxBytes?: number;
}

export interface ArchiveStatus {
	recordings: number;
	/** of all stored profiles */
	bytes: number;
	/** folders that were found torn or foreign when the archive was opened, and left alone */
	skipped: number;
}

/** Finished recordings on disk: one folder each with `recording.json` and `profile.pb.gz`, there as a whole or not at all. */
export interface Archive {
	/** uploads under way lie here */
	readonly uploadDirectory: string;
	/** newest first */
	list(): Recording[];
	get(id: string): Recording | undefined;
	/** path of the gzipped pprof */
	profilePath(id: string): string;
	/**
	 * Takes over a profile file. Storing an id again changes nothing.
	 * @throws ProblemError `archive-unavailable`
	 */
	store(recording: Recording, profilePath: string): Promise<void>;
	/** @returns false: there is no such recording */
	delete(id: string): Promise<boolean>;
	/** @throws ProblemError `archive-unavailable` when its folder cannot be written */
	check(): Promise<void>;
	status(): ArchiveStatus;
}

/** @throws ProblemError `archive-unavailable` */
export async function openArchive(options: ArchiveOptions): Promise<Archive> {
	const recordingsDirectory = join(options.directory, "recordings");
	const uploadDirectory = join(options.directory, "uploads");
	const temporaryDirectory = join(options.directory, "temporary");
	const guard = <T>(job: () => Promise<T>): Promise<T> =>
		job().catch((cause) => {
			throw archiveProblem(cause, options.directory);
		});
	const found = await guard(async () => {
		// what an earlier run left half done
		await rm(temporaryDirectory, { recursive: true, force: true });
		for (const path of [recordingsDirectory, uploadDirectory, temporaryDirectory]) {
			await mkdir(path, { recursive: true, mode: 0o700 });
		}
		await removeAbandoned(uploadDirectory, Date.now());
		return await readStoredRecordings(recordingsDirectory, options.logger);
	});
	const stored = new Map(found.recordings.map((entry) => [entry.recording.id, entry]));

	const remove = async (id: string): Promise<boolean> => {
		if (!stored.delete(id)) return false;
		await guard(() => deleteDirectory(join(recordingsDirectory, id), temporaryDirectory));
		return true;
	};
	return {
		uploadDirectory,
		list: () => newestFirst(stored).map(({ recording }) => recording),
		get: (id) => stored.get(id)?.recording,
		profilePath: (id) => join(recordingsDirectory, id, "profile.pb.gz"),
		async store(recording, profilePath) {
			if (stored.has(recording.id)) return;
			const bytes = await guard(async () => {
				const { size } = await stat(profilePath);
				await storeDirectory(join(recordingsDirectory, recording.id), temporaryDirectory, {
					"recording.json": { text: `${JSON.stringify(recording)}\n` },
					"profile.pb.gz": { moveFrom: profilePath },
				});
				return size;
			});
			stored.set(recording.id, { recording, bytes });
			for (const id of surplus(stored, options)) await remove(id);
		},
		delete: remove,
		check: () => guard(() => probe(temporaryDirectory)),
		status: () => ({ recordings: stored.size, bytes: sumBytes(stored), skipped: found.skipped }),
	};
}

type Stored = Map<string, StoredRecording>;

function newestFirst(stored: Stored): StoredRecording[] {
	return [...stored.values()].sort((a, b) => b.recording.startedAt.localeCompare(a.recording.startedAt));
}

function sumBytes(stored: Stored): number {
	return [...stored.values()].reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Which recordings the limits push out; the newest always stays. */
function surplus(stored: Stored, { maxRecordings, maxBytes }: ArchiveOptions): string[] {
	let count = 0;
	let bytes = 0;
	return newestFirst(stored).flatMap((entry) => {
		count++;
		bytes += entry.bytes;
		const isOver =
			count > (maxRecordings ?? Number.POSITIVE_INFINITY) || bytes > (maxBytes ?? Number.POSITIVE_INFINITY);
		return isOver && count > 1 ? [entry.recording.id] : [];
	});
}

async function probe(directory: string): Promise<void> {
	await rmdir(await mkdtemp(join(directory, "probe-")));
}
