import type { ProfilerName } from "../../contract/recording.ts";
import type { ProfilerSupport, Target } from "../../contract/target.ts";

/** The profiler to record with: the first that works on all of the targets, else what stands in the way. */
export function chooseProfiler(targets: readonly Target[]): {
	profiler: ProfilerName;
	support?: ProfilerSupport;
} {
	const [first] = targets;
	if (first === undefined) return { profiler: "perf" };
	for (const support of first.profilers) {
		const everywhere = targets.map(({ profilers }) =>
			profilers.find(({ profiler }) => profiler === support.profiler),
		);
		if (everywhere.every((other) => other?.available)) {
			// a hint of any of them is worth showing
			const hinted = everywhere.find((other) => other?.hint !== undefined);
			return { profiler: support.profiler, support: hinted ?? support };
		}
	}
	const refused = targets.flatMap(({ profilers }) => profilers).find(({ available }) => !available);
	return { profiler: refused?.profiler ?? "perf", ...(refused ? { support: refused } : {}) };
}
