import { causeOf, type Recording } from "../../contract/recording.ts";
import { writePprofFile } from "./pprof-file.ts";
import type { Session } from "./session.ts";

export interface Finished {
	readonly recording: Recording;
	readonly hasProfile: boolean;
	/** the stored form of the profile where the disk would not take it; the recording has failed then */
	readonly bytes?: Buffer;
}

/** Writes the profile of a session that has ended, if it has one. A full disk loses nothing as long as the agent lives. */
export async function saveFinished(
	session: Session,
	saveProfile: (id: string, bytes: Uint8Array) => Promise<void>,
	onError: (message: string, error: unknown) => void,
): Promise<Finished> {
	const recording = session.recording();
	if (recording.samples === 0) return { recording, hasProfile: false };
	const bytes = await writePprofFile(session.snapshot(), recording);
	try {
		await saveProfile(session.id, bytes);
		return { recording, hasProfile: true };
	} catch (error) {
		onError(`recording ${session.id}: the profile stays in memory`, error);
		const failed: Recording = { ...recording, state: "failed", cause: causeOf("disk-full") };
		return { recording: failed, hasProfile: true, bytes: await writePprofFile(session.snapshot(), failed) };
	}
}
