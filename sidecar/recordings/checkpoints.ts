import { constants } from "node:zlib";
import { createPace } from "./pace.ts";
import { pprofFileStream } from "./pprof-file.ts";
import type { Session } from "./session.ts";
import type { RecordingStore } from "./store.ts";

/** Looked at this often, written as often as its cost allows, but never more often than this. */
const SHORTEST_MILLISECONDS = 2000;
const LOOK_MILLISECONDS = 500;

/** Writes a recording's profile so far to the disk again and again, for the case that the agent is killed. */
export interface Checkpoints {
	/** resolves when nothing is being written any more */
	end(): Promise<void>;
}

export function startCheckpoints(
	session: Session,
	store: Pick<RecordingStore, "saveProfile" | "saveRecording">,
	onError: (error: unknown) => void,
): Checkpoints {
	const pace = createPace(SHORTEST_MILLISECONDS);
	pace.done(0);
	let written = 0;
	let writing = Promise.resolve();
	const write = async () => {
		const started = performance.now();
		written = session.builder.sampleCount;
		try {
			const recording = session.recording();
			// both at the same moment: a time is of a sample that the profile has
			const [profile, times] = [session.snapshot(), session.times()];
			const level = constants.Z_BEST_SPEED;
			await store.saveProfile(session.id, pprofFileStream({ profile, recording, times, level }));
			await store.saveRecording(recording);
		} catch (error) {
			onError(error);
		}
		pace.done(performance.now() - started);
	};
	let busy = false;
	const timer = setInterval(() => {
		if (busy || !pace.isDue() || session.builder.sampleCount === written) return;
		busy = true;
		writing = write().finally(() => {
			busy = false;
		});
	}, LOOK_MILLISECONDS);
	return {
		async end() {
			clearInterval(timer);
			await writing;
		},
	};
}
