import type { EndedRecordings } from "./ended-recordings.ts";
import { createSpace } from "./space.ts";
import type { RecordingStore } from "./store.ts";

/** More raw data than this is kept for no recording. */
const MOST_RAW = 256 * 2 ** 20;
/** Raw data leaves this much to the profiles, which matter more. */
const FOR_PROFILES = 64 * 2 ** 20;

export interface RecordingSpaceOptions {
	readonly store: RecordingStore;
	readonly ended: EndedRecordings;
	readonly workDir: string;
	/** bytes that the work folder may hold */
	readonly limit: number;
	/** recordings that run, and the bytes of raw data that each may write */
	readonly running: () => Iterable<readonly [id: string, rawLimit: number]>;
}

/** What recordings may write, so that the work folder keeps within its bounds. */
export interface RecordingSpace {
	/** How much raw data a recording that starts now may write. */
	rawLimit(): Promise<number>;
	/** @throws NoSpaceError, or the file system's error */
	saveProfile(id: string, bytes: Uint8Array): Promise<void>;
}

export function createRecordingSpace(options: RecordingSpaceOptions): RecordingSpace {
	const { store, ended, workDir, limit, running } = options;
	const promised = async () => {
		const unwritten = await Promise.all(
			[...running()].map(async ([id, rawLimit]) => rawLimit - (await store.rawSize(id))),
		);
		return unwritten.reduce((total, bytes) => total + Math.max(0, bytes), 0);
	};
	const space = createSpace({ workDir, limit, promised, giveUp: () => ended.giveUp() });
	return {
		async rawLimit() {
			const room = await space.make(MOST_RAW + FOR_PROFILES);
			return Math.max(0, Math.min(MOST_RAW, room - FOR_PROFILES));
		},
		async saveProfile(id, bytes) {
			await space.ensure(bytes.length);
			await store.saveProfile(id, bytes);
		},
	};
}
