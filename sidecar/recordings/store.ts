import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Value } from "typebox/value";
import { Recording } from "../../contract/recording.ts";
import { isRecordingId } from "./recording-id.ts";

/** What an earlier agent left of a recording. */
export interface Leftover {
	readonly recording: Recording;
	/** the finished profile, or the last checkpoint of an unfinished one; gzipped pprof */
	readonly profile: Buffer | undefined;
}

/** A profile's bytes, whole or as they are made. */
export type ProfileContent = Uint8Array | AsyncIterable<Uint8Array>;

/** Recordings on disk: a folder each, with `recording.json`, `profile.pb.gz` and what is written while it runs. */
export interface RecordingStore {
	folder(id: string): string;
	/** where a profiler keeps its raw data */
	rawFile(id: string): string;
	/** where the times of samples lie while it runs */
	timesFile(id: string): string;
	/** bytes of raw data and times that lie on the disk */
	spooledSize(id: string): Promise<number>;
	create(recording: Recording): Promise<void>;
	saveRecording(recording: Recording): Promise<void>;
	/** the same file for checkpoints and the finished profile: the newest is the best there is */
	saveProfile(id: string, content: ProfileContent): Promise<void>;
	/** @throws when it is not there */
	loadProfile(id: string): Promise<Buffer>;
	removeRawData(id: string): Promise<void>;
	removeTimes(id: string): Promise<void>;
	remove(id: string): Promise<void>;
	/** Oldest first. What cannot be read is removed; what is not ours is left alone. */
	leftovers(): Promise<Leftover[]>;
}

const RECORDING_FILE = "recording.json";
const PROFILE_FILE = "profile.pb.gz";
const RAW_FILE = "perf.data";
const TIMES_FILE = "times";

export async function openStore(workDir: string): Promise<RecordingStore> {
	await mkdir(workDir, { recursive: true, mode: 0o700 });
	const folder = (id: string) => join(workDir, id);
	const saveRecording = (recording: Recording) =>
		writeWhole(join(folder(recording.id), RECORDING_FILE), JSON.stringify(recording));
	const loadProfile = (id: string) => readFile(join(folder(id), PROFILE_FILE));
	const remove = (id: string) => rm(folder(id), { recursive: true, force: true });
	const rawFile = (id: string) => join(folder(id), RAW_FILE);
	const timesFile = (id: string) => join(folder(id), TIMES_FILE);
	return {
		folder,
		rawFile,
		timesFile,
		async spooledSize(id) {
			const sizes = await Promise.all([rawFile(id), timesFile(id)].map(sizeOf));
			return sizes.reduce((sum, size) => sum + size, 0);
		},
		saveRecording,
		loadProfile,
		remove,
		async create(recording) {
			await mkdir(folder(recording.id), { mode: 0o700 });
			await saveRecording(recording);
		},
		saveProfile: (id, content) => writeWhole(join(folder(id), PROFILE_FILE), content),
		removeRawData: (id) => rm(rawFile(id), { force: true }),
		removeTimes: (id) => rm(timesFile(id), { force: true }),
		async leftovers() {
			const found: Leftover[] = [];
			for (const id of (await readdir(workDir)).filter(isRecordingId).sort()) {
				const recording = await readRecording(join(folder(id), RECORDING_FILE), id);
				if (recording === undefined) await remove(id);
				else found.push({ recording, profile: await loadProfile(id).catch(() => undefined) });
			}
			return found;
		},
	};
}

function sizeOf(path: string): Promise<number> {
	return stat(path).then(
		({ size }) => size,
		() => 0,
	);
}

async function readRecording(path: string, id: string): Promise<Recording | undefined> {
	try {
		const recording: unknown = JSON.parse(await readFile(path, "utf8"));
		return Value.Check(Recording, recording) && recording.id === id ? recording : undefined;
	} catch {
		return undefined;
	}
}

/** Readers see the file before or the file after, whenever the machine dies. */
async function writeWhole(path: string, content: string | ProfileContent): Promise<void> {
	const temporary = `${path}.new`;
	try {
		const file = await open(temporary, "w", 0o600);
		try {
			await file.writeFile(content);
			await file.datasync();
		} finally {
			await file.close();
		}
		await rename(temporary, path);
	} catch (error) {
		await rm(temporary, { force: true }).catch(() => undefined);
		throw error;
	}
}
