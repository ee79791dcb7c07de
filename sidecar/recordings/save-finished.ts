import { causeOf, type Recording } from "../../contract/recording.ts";
import { pprofFileStream, writePprofFile } from "./pprof-file.ts";
import type { Session } from "./session.ts";
import type { ProfileContent } from "./store.ts";

export interface Finished {
	readonly recording: Recording;
	readonly hasProfile: boolean;
	/** the stored form of the profile where the disk would not take it; the recording has failed then */
	readonly bytes?: Buffer;
}

type SaveProfile = (id: string, content: ProfileContent) => Promise<void>;

/**
 * Writes the profile of a session that has ended, if it has one. Where there is no room for the times of its samples it is
 * kept without them. A full disk loses nothing as long as the agent lives.
 */
export async function saveFinished(
	session: Session,
	saveProfile: SaveProfile,
	onError: (message: string, error: unknown) => void,
): Promise<Finished> {
	const finished = await save(session, saveProfile, onError);
	await session.release();
	return finished;
}

async function save(
	session: Session,
	saveProfile: SaveProfile,
	onError: (message: string, error: unknown) => void,
): Promise<Finished> {
	const recording = session.recording();
	if (recording.samples === 0) return { recording, hasProfile: false };
	const profile = session.snapshot();
	const times = session.times();
	try {
		await saveProfile(session.id, pprofFileStream({ profile, recording, times }));
		return { recording, hasProfile: true };
	} catch (error) {
		if (times !== undefined) {
			session.dropTimes((error as Error).message);
			await session.release();
			return save(session, saveProfile, onError);
		}
		onError(`recording ${session.id}: the profile stays in memory`, error);
		const failed: Recording = { ...recording, state: "failed", cause: causeOf("disk-full") };
		const bytes = await writePprofFile({ profile, recording: failed });
		return { recording: failed, hasProfile: true, bytes };
	}
}
