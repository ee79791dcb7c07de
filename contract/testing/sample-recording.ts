import type { Recording } from "../recording.ts";

export const SAMPLE_ID = "0123456789abcdefghijklmnop";

/** A recording for tests, as an agent describes one that has ended. */
export function sampleRecording(changes: Partial<Recording> = {}): Recording {
	return {
		id: SAMPLE_ID,
		state: "finished",
		target: { namespace: "local", pod: "demo-1" },
		profiler: "perf",
		event: "cpu-clock",
		frequency: 99,
		callGraph: "fp",
		startedAt: "2026-11-21T16:00:00.000Z",
		durationSeconds: 10,
		samples: 42,
		lost: 0,
		log: [],
		archived: false,
		rawData: true,
		...changes,
	};
}
