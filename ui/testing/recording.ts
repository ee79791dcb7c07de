import type { Recording } from "../../contract/recording.ts";

/** A recording for tests, as an agent describes it while it runs. */
export const recording: Recording = {
	id: "0123456789ab",
	state: "recording",
	target: { namespace: "local", pod: "demo-1" },
	profiler: "perf",
	event: "cpu-clock",
	frequency: 99,
	callGraph: "fp",
	startedAt: "2026-01-01T00:00:00Z",
	durationSeconds: 1,
	samples: 1,
	lost: 0,
	log: [],
	archived: false,
	rawData: false,
};
