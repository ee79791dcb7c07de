import {
	CAUSES,
	type Cause,
	type CauseCode,
	causeOf,
	type RecordingState,
} from "../../contract/recording.ts";
import type { RunEnd } from "../profilers/profiler.ts";

/** Why the agent asked a run to end. */
export type StopReason = "stopped" | "duration-reached" | "max-duration-reached" | "agent-stopped";

export interface Conclusion {
	readonly state: Extract<RecordingState, "finished" | "failed">;
	readonly cause: Cause;
}

/** What is known of a recording when its run has ended. */
export interface Outcome {
	readonly samples: number;
	/** absent: nobody asked it to end */
	readonly asked: StopReason | undefined;
	readonly event: string;
}

/**
 * How a recording ends, from what the agent asked for and how the profiler's run ended; first hit wins:
 *
 * | the run's cause | samples | asked | the recording's cause |
 * |---|---|---|---|
 * | any | - | - | the same |
 * | none | 0 | - | no-samples |
 * | none | some | yes | what was asked |
 * | none | some | no | target-exited |
 */
export function concludeRecording(end: RunEnd, { samples, asked, event }: Outcome): Conclusion {
	const code: CauseCode = end.cause ?? (samples === 0 ? "no-samples" : (asked ?? "target-exited"));
	const detail = code === "no-samples" ? whyNoSamples(event) : end.detail;
	return { state: CAUSES[code].failed ? "failed" : "finished", cause: causeOf(code, detail) };
}

/** A thread is sampled once for so much CPU time of its own, or so many events, so few of them leave no sample. */
function whyNoSamples(event: string): string {
	const isOfTime = ["cpu-clock", "task-clock", "cycles"].includes(event);
	return isOfTime
		? "The target used too little CPU while it was recorded."
		: `The target had too few ${event} while it was recorded.`;
}
