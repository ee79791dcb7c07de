import type { EndedRecordings } from "./ended-recordings.ts";
import { createSpace, type Space } from "./space.ts";
import type { ProfileContent, RecordingStore } from "./store.ts";

/** More raw data than this is kept for no recording. */
const MOST_RAW = 256 * 2 ** 20;
/** Of the times of samples: 5.6 million of them, as many as a profile may have that a small server reads. */
const MOST_TIMES = 64 * 2 ** 20;
/** Both leave this much to the profiles, which matter more. */
const FOR_PROFILES = 64 * 2 ** 20;
/** A profile is written in parts of about this size, each when there is room for it. */
const PART = 2 ** 20;

export interface RecordingSpaceOptions {
	readonly store: RecordingStore;
	readonly ended: EndedRecordings;
	readonly workDir: string;
	/** bytes that the work folder may hold */
	readonly limit: number;
	/** recordings that run, and what each may write meanwhile */
	readonly running: () => Iterable<readonly [id: string, limits: SpoolLimits]>;
}

/** Bytes that a recording may write while it runs. */
export interface SpoolLimits {
	readonly raw: number;
	readonly times: number;
}

/** What recordings may write, so that the work folder keeps within its bounds. */
export interface RecordingSpace {
	/** For a recording that starts now; times matter more than raw data. */
	spoolLimits(): Promise<SpoolLimits>;
	/** @throws NoSpaceError, or the file system's error */
	saveProfile(id: string, content: ProfileContent): Promise<void>;
}

export function createRecordingSpace(options: RecordingSpaceOptions): RecordingSpace {
	const { store, ended, workDir, limit, running } = options;
	const promised = async () => {
		const unwritten = await Promise.all(
			[...running()].map(async ([id, { raw, times }]) => raw + times - (await store.spooledSize(id))),
		);
		return unwritten.reduce((total, bytes) => total + Math.max(0, bytes), 0);
	};
	const space = createSpace({ workDir, limit, promised, giveUp: () => ended.giveUp() });
	return {
		async spoolLimits() {
			const room = await space.make(MOST_RAW + MOST_TIMES + FOR_PROFILES);
			const free = Math.max(0, room - FOR_PROFILES);
			const times = Math.min(MOST_TIMES, free);
			return { times, raw: Math.min(MOST_RAW, free - times) };
		},
		async saveProfile(id, content) {
			await store.saveProfile(id, withRoom(content, space));
		},
	};
}

/** Gathers parts of a content, and hands each on when there is room for it. */
async function* withRoom(content: ProfileContent, space: Space): AsyncGenerator<Uint8Array> {
	let gathered: Uint8Array[] = [];
	let length = 0;
	for await (const chunk of content instanceof Uint8Array ? [content] : content) {
		gathered.push(chunk);
		length += chunk.length;
		if (length < PART) continue;
		await space.ensure(length);
		yield* gathered;
		gathered = [];
		length = 0;
	}
	await space.ensure(length);
	yield* gathered;
}
