import type { RecordingTarget } from "../../contract/recording.ts";
import type { Target } from "../../contract/target.ts";
import type { ProcessInfo } from "./process-info.ts";

/** A target before the profilers have said whether they work on it. */
export interface FoundTarget extends Omit<Target, "profilers"> {
	readonly processes: readonly ProcessInfo[];
}

/** The part of a recording's request that chooses processes; neither: the whole pod. */
export interface TargetChoice {
	readonly pid?: number | undefined;
	readonly container?: string | undefined;
}

export interface ResolvedTarget {
	readonly target: RecordingTarget;
	/** never empty; start times guard against a PID that is used again by another process */
	readonly processes: readonly ProcessInfo[];
}

/** Where an agent finds what it may record: its own pod, or the pods of its machine. */
export interface TargetSource {
	/** @throws ProblemError pod-not-found */
	list(pod: string): Promise<FoundTarget[]>;
	/** @throws ProblemError pod-not-found, target-not-found */
	resolve(pod: string, choice: TargetChoice): Promise<ResolvedTarget>;
}
