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
	/** ids of those with a profile that no server has */
	unarchived(): string[];
	remove(id: string): Promise<void>;
	/**
	 * Gives up what is missed least: raw data, then whole recordings that the archive has; each time the oldest, and raw data
	 * of archived ones first.
	 * @returns false: there is nothing more to give up
	 */
	giveUp(): Promise<boolean>;
	/** Leaves on the disk only what no server has, without its raw data; the last call. */
	tidy(): Promise<void>;
}

export function createEndedRecordings(store: RecordingStore): EndedRecordings {
	const entries = new Map<string, Entry>();
	const oldestFirst = () => [...entries.values()].sort((a, b) => (a.recording.id < b.recording.id ? -1 : 1));
	const remove = async (id: string) => {
		entries.delete(id);
		await store.remove(id);
	};
	/** oldest first, but those that the archive has before the others */
	const leastMissedFirst = () =>
		oldestFirst().sort((a, b) => Number(b.recording.archived) - Number(a.recording.archived));
	const removeRaw = async (entry: Entry) => {
		entry.recording = { ...entry.recording, rawData: false };
		await store.removeRawData(entry.recording.id);
	};
	const isWanted = ({ recording, hasProfile }: Entry) => hasProfile && !recording.archived;
	const makeRoom = async () => {
		const raw = oldestFirst().filter(({ recording }) => recording.rawData);
		for (const entry of raw.slice(0, Math.max(0, raw.length - MAX_RAW))) await removeRaw(entry);
		const surplus = Math.max(0, entries.size - MAX_ENDED);
		for (const { recording } of leastMissedFirst().slice(0, surplus)) await remove(recording.id);
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
		unarchived: () => [...entries.values()].filter(isWanted).map(({ recording }) => recording.id),
		remove,
		async giveUp() {
			const order = leastMissedFirst();
			const withRaw = order.find(({ recording }) => recording.rawData);
			const archived = order.find(({ recording }) => recording.archived);
			if (withRaw !== undefined) await removeRaw(withRaw);
			else if (archived !== undefined) await remove(archived.recording.id);
			return withRaw !== undefined || archived !== undefined;
		},
		async tidy() {
			for (const [id, entry] of entries) await (isWanted(entry) ? store.removeRawData(id) : store.remove(id));
		},
	};
}
