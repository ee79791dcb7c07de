import { mkdir, mkdtemp, rm, rmdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { FastifyBaseLogger } from "fastify";
import { ProblemError } from "../../contract/problem.ts";
import type { Recording } from "../../contract/recording.ts";
import { archiveProblem } from "./archive-problem.ts";
import { deleteDirectory, storeDirectory } from "./atomic-directory.ts";
import { removeAbandoned, removeDeadWriters } from "./partial-upload.ts";
import { bytesOfFiles, defaultMaxBytes, surplus } from "./quota.ts";
import { readStoredRecordings, type StoredRecording } from "./stored-recordings.ts";
import { openTombstones } from "./tombstones.ts";

export interface ArchiveOptions {
	/** made when it is missing; readable by its owner alone */
	directory: string;
	logger?: FastifyBaseLogger;
	/** the oldest recordings go when there are more; absent: all are kept */
	maxRecordings?: number;
	/** the oldest recordings go when all that lies in the folder takes more bytes; absent: 10 GiB, or 80% of a smaller disk */
	maxBytes?: number;
	/** the oldest recordings go when their JSON, which is kept in memory, takes more; absent: 64 MiB */
	maxJsonBytes?: number;
	/**
	 * Name of this process among those that have the folder at the same time; a folder's name. What is under way lies apart.
	 * Absent: nobody else has it
	 */
	writer?: string;
}

export interface ArchiveStatus {
	recordings: number;
	/** of all stored profiles */
	bytes: number;
	/** folders that were found torn or foreign when the archive was opened, and left alone */
	skipped: number;
	/** that it may take */
	maxBytes: number;
	/** recordings that had to make room since it was opened */
	evicted: number;
}

/** A recording and what it takes. */
export interface StoredSize {
	readonly id: string;
	readonly namespace: string;
	readonly startedAt: string;
	/** of its files */
	readonly bytes: number;
	/** of its JSON, which is kept in memory */
	readonly jsonBytes: number;
}

/** A recording has a few thousand bytes of it, a hostile one half a million. */
const MAX_JSON_BYTES = 64 * 2 ** 20;

/** Finished recordings on disk: one folder each with `recording.json` and `profile.pb.gz`, there as a whole or not at all. */
export interface Archive {
	/** uploads under way lie here */
	readonly uploadDirectory: string;
	/** for files of a moment, of the same file system; emptied at the next start */
	readonly temporaryDirectory: string;
	/** newest first */
	list(): Recording[];
	get(id: string): Recording | undefined;
	/** path of the gzipped pprof */
	profilePath(id: string): string;
	/**
	 * Takes over a profile file. Storing an id again changes nothing, nor does storing one that was deleted.
	 * @throws ProblemError `archive-unavailable`
	 */
	store(recording: Recording, profilePath: string): Promise<void>;
	/**
	 * Deletes, and remembers that for a month.
	 * @param at Unix time of the deletion in milliseconds; absent: now
	 * @returns false: there is no such recording; it will not be taken from now on all the same
	 * @throws ProblemError `archive-unavailable`
	 */
	delete(id: string, at?: number): Promise<boolean>;
	/** It was here and is not wanted any more: deleted by somebody, or too old for the room there is. */
	isGone(id: string): boolean;
	/** by somebody; `at` is Unix time in milliseconds */
	deleted(): { id: string; at: number }[];
	/**
	 * Lets the oldest go until so many more bytes fit.
	 * @throws ProblemError `archive-unavailable` when they never will
	 */
	makeRoom(bytes: number): Promise<void>;
	/** newest first */
	sizes(): StoredSize[];
	/** Which of these are not here, nor gone, and would be let stay by the limits? */
	lacks(candidates: readonly StoredSize[]): StoredSize[];
	/** grows with every change of what `list` and `deleted` answer */
	revision(): number;
	/** @throws ProblemError `archive-unavailable` when its folder cannot be written */
	check(): Promise<void>;
	status(): ArchiveStatus;
}

/** @throws ProblemError `archive-unavailable` */
export async function openArchive(options: ArchiveOptions): Promise<Archive> {
	const recordingsDirectory = join(options.directory, "recordings");
	const { writer = "" } = options;
	const uploadDirectory = join(options.directory, "uploads", writer);
	const temporaryDirectory = join(options.directory, "temporary", writer);
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
		if (writer !== "") await removeDeadWriters(options.directory, Date.now());
		return await readStoredRecordings(recordingsDirectory, options.logger);
	});
	const stored: Stored = new Map(found.recordings.map((entry) => [entry.recording.id, entry]));
	const tombstones = await openTombstones(join(options.directory, "deleted.json"), (err) =>
		options.logger?.warn({ err }, "what was deleted earlier cannot be read, and may come back from a peer"),
	);
	const limits = {
		maxRecordings: options.maxRecordings ?? Number.POSITIVE_INFINITY,
		maxBytes: options.maxBytes ?? (await guard(() => defaultMaxBytes(options.directory))),
		maxJsonBytes: options.maxJsonBytes ?? MAX_JSON_BYTES,
	};
	let evicted = 0;
	let revision = 0;

	const remove = async (id: string): Promise<boolean> => {
		if (!stored.delete(id)) return false;
		revision++;
		await guard(() => deleteDirectory(join(recordingsDirectory, id), temporaryDirectory));
		return true;
	};
	const evict = async (ids: readonly string[]): Promise<void> => {
		for (const id of ids) {
			await guard(() => tombstones.add({ id, at: Date.now(), why: "evicted" }));
			if (!(await remove(id))) continue;
			evicted++;
			const { maxBytes } = limits;
			options.logger?.warn(
				{ recording: id, maxBytes },
				"the archive is full: its oldest recording is removed",
			);
		}
	};
	const crowded = (alsoBytes: number): string[] => surplus(sizesOf(stored), limits, alsoBytes);
	// an earlier run ended between remembering that they go and removing them
	for (const id of [...stored.keys()].filter(tombstones.has)) await remove(id);
	await evict(crowded(0));
	return {
		uploadDirectory,
		temporaryDirectory,
		list: () => newestFirst(stored).map(({ recording }) => recording),
		get: (id) => stored.get(id)?.recording,
		profilePath: (id) => join(recordingsDirectory, id, "profile.pb.gz"),
		async store(recording, profilePath) {
			if (stored.has(recording.id)) return;
			if (tombstones.has(recording.id)) return guard(() => rm(profilePath, { force: true }));
			const json = `${JSON.stringify(recording)}\n`;
			const jsonBytes = Buffer.byteLength(json);
			const bytes = await guard(async () => {
				const { size } = await stat(profilePath);
				await storeDirectory(join(recordingsDirectory, recording.id), temporaryDirectory, {
					"recording.json": { text: json },
					"profile.pb.gz": { moveFrom: profilePath },
				});
				return size + jsonBytes;
			});
			stored.set(recording.id, { recording, bytes, jsonBytes });
			revision++;
			// deleted while it was being written
			if (tombstones.has(recording.id)) await remove(recording.id);
			await evict(crowded(await guard(() => bytesOfFiles(uploadDirectory))));
		},
		async delete(id, at = Date.now()) {
			revision++;
			await guard(() => tombstones.add({ id, at, why: "deleted" }));
			return await remove(id);
		},
		isGone: tombstones.has,
		deleted: tombstones.deleted,
		async makeRoom(bytes) {
			const others = bytes + (await guard(() => bytesOfFiles(uploadDirectory)));
			await evict(crowded(others));
			if (others + sumBytes(stored) <= limits.maxBytes) return;
			throw new ProblemError("archive-unavailable", "There is no room left in the archive.");
		},
		sizes: () => sizesOf(stored),
		lacks(candidates) {
			const unknown = candidates.filter(({ id }) => !stored.has(id) && !tombstones.has(id));
			const all = [...sizesOf(stored), ...unknown].sort(byAge);
			const tooMuch = new Set(surplus(all, limits, 0));
			return unknown.filter(({ id }) => !tooMuch.has(id));
		},
		revision: () => revision,
		check: () => guard(() => probe(temporaryDirectory)),
		status: () => ({
			recordings: stored.size,
			bytes: sumBytes(stored),
			skipped: found.skipped,
			maxBytes: limits.maxBytes,
			evicted,
		}),
	};
}

type Stored = Map<string, StoredRecording>;

function newestFirst(stored: Stored): StoredRecording[] {
	return [...stored.values()].sort((a, b) => byAge(a.recording, b.recording));
}

function sizesOf(stored: Stored): StoredSize[] {
	return newestFirst(stored).map(({ recording: { id, startedAt, target }, bytes, jsonBytes }) => ({
		id,
		namespace: target.namespace,
		startedAt,
		bytes,
		jsonBytes,
	}));
}

function byAge(one: { startedAt: string }, other: { startedAt: string }): number {
	return other.startedAt.localeCompare(one.startedAt);
}

function sumBytes(stored: Stored): number {
	return [...stored.values()].reduce((sum, { bytes }) => sum + bytes, 0);
}

async function probe(directory: string): Promise<void> {
	await rmdir(await mkdtemp(join(directory, "probe-")));
}
