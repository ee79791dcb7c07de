import type { Recording } from "../../contract/recording.ts";
import type { RecordingStore } from "./store.ts";

/** Kept at the agent at most; the oldest that the archive has go first. */
const MAX_ENDED = 100;
/** With their raw data, which is large. */
const MAX_RAW = 10;

interface Entry {
	recording: Recording;
	readonly hasProfile: boolean;
	/** only where the disk would not take it */
	readonly bytes: Buffer | undefined;
}

/** Recordings that are over: their profiles lie on the disk, in memory is only what lists show. */
export interface EndedRecordings {
	get(id: string): Recording | undefined;
	list(): Recording[];
	add(recording: Recording, profile: { hasProfile: boolean; bytes?: Buffer }): Promise<void>;
	/** @returns gzipped pprof; undefined: it has none */
	profile(id: string): Promise<Buffer | undefined>;
	markArchived(id: string): Promise<void>;
	remove(id: string): Promise<void>;
}

export function createEndedRecordings(store: RecordingStore): EndedRecordings {
	const entries = new Map<string, Entry>();
	const oldestFirst = () => [...entries.values()].sort((a, b) => (a.recording.id < b.recording.id ? -1 : 1));
	const remove = async (id: string) => {
		entries.delete(id);
		await store.remove(id);
	};
	const makeRoom = async () => {
		const raw = oldestFirst().filter(({ recording }) => recording.rawData);
		for (const entry of raw.slice(0, Math.max(0, raw.length - MAX_RAW))) {
			entry.recording = { ...entry.recording, rawData: false };
			await store.removeRawData(entry.recording.id);
		}
		const surplus = Math.max(0, entries.size - MAX_ENDED);
		const order = oldestFirst().sort((a, b) => Number(b.recording.archived) - Number(a.recording.archived));
		for (const { recording } of order.slice(0, surplus)) await remove(recording.id);
	};
	return {
		get: (id) => entries.get(id)?.recording,
		list: () => [...entries.values()].map(({ recording }) => recording),
		async add(recording, { hasProfile, bytes }) {
			entries.set(recording.id, { recording, hasProfile, bytes });
			await makeRoom();
		},
		async profile(id) {
			const entry = entries.get(id);
			if (!entry?.hasProfile) return undefined;
			return entry.bytes ?? store.loadProfile(id);
		},
		async markArchived(id) {
			const entry = entries.get(id);
			if (entry === undefined) return;
			entry.recording = { ...entry.recording, archived: true };
			// the disk may be full: then the next agent uploads once more, which changes nothing
			await store.saveRecording(entry.recording).catch(() => undefined);
		},
		remove,
	};
}
