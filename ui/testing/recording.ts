import { sampleRecording } from "../../contract/testing/sample-recording.ts";

/** A recording for tests, as an agent describes it while it runs. */
export const recording = sampleRecording({
	id: "0123456789ab",
	state: "recording",
	startedAt: "2026-01-01T00:00:00Z",
	durationSeconds: 1,
	samples: 1,
	rawData: false,
});
