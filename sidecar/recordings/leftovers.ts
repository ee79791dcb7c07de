import { causeOf, hasEnded, type Recording } from "../../contract/recording.ts";
import type { Profile } from "../../profile/model.ts";
import { pprofFileStream, readPprofFile } from "./pprof-file.ts";
import type { Leftover, RecordingStore } from "./store.ts";

/** What was stored shall be stored again. */
const ALL_TIMES = Number.POSITIVE_INFINITY;

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
	await store.removeTimes(id);
	if (hasEnded(leftover.recording.state)) {
		const recording = { ...leftover.recording, rawData: false };
		return { recording, hasProfile: leftover.profile !== undefined };
	}
	const profile =
		leftover.profile === undefined ? undefined : await readPprofFile(leftover.profile, ALL_TIMES);
	const recording: Recording = {
		...leftover.recording,
		state: "failed",
		cause: causeOf("agent-restarted"),
		// the agent may have been killed after it wrote the profile and before it wrote how many samples that has
		samples: profile === undefined ? 0 : samplesIn(profile),
		archived: false,
		rawData: false,
	};
	if (profile !== undefined) await store.saveProfile(id, pprofFileStream({ profile, recording }));
	await store.saveRecording(recording);
	return { recording, hasProfile: leftover.profile !== undefined };
}

function samplesIn({ samples }: Profile): number {
	return Number(samples.values[0].reduce((sum, value) => sum + value, 0n));
}
