import { causeOf, hasEnded, type Recording } from "../../contract/recording.ts";
import { readPprofFile, writePprofFile } from "./pprof-file.ts";
import type { Leftover, RecordingStore } from "./store.ts";

export interface Recovered {
	readonly recording: Recording;
	readonly hasProfile: boolean;
}

/**
 * What an earlier agent left, as recordings of this one. One that was running when its agent died has failed, with the
 * samples of its last checkpoint.
 */
export async function recoverLeftovers(
	store: RecordingStore,
	onError: (id: string, error: unknown) => void,
): Promise<Recovered[]> {
	const recovered: Recovered[] = [];
	for (const leftover of await store.leftovers()) {
		try {
			recovered.push(await recover(store, leftover));
		} catch (error) {
			onError(leftover.recording.id, error);
			await store.remove(leftover.recording.id);
		}
	}
	return recovered;
}

async function recover(store: RecordingStore, leftover: Leftover): Promise<Recovered> {
	const { id } = leftover.recording;
	await store.removeRawData(id);
	if (hasEnded(leftover.recording.state)) {
		const recording = { ...leftover.recording, rawData: false };
		return { recording, hasProfile: leftover.profile !== undefined };
	}
	const recording: Recording = {
		...leftover.recording,
		state: "failed",
		cause: causeOf("agent-restarted"),
		archived: false,
		rawData: false,
	};
	if (leftover.profile !== undefined) {
		const profile = await readPprofFile(leftover.profile);
		await store.saveProfile(id, await writePprofFile(profile, recording));
	}
	await store.saveRecording(recording);
	return { recording, hasProfile: leftover.profile !== undefined };
}
