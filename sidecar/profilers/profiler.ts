import type { CallGraph, CauseCode, ProfilerName } from "../../contract/recording.ts";
import type { ProfilerSupport } from "../../contract/target.ts";
import type { ProfileBuilder } from "../../profile/builder.ts";
import type { ValueType } from "../../profile/model.ts";
import type { ProcessInfo } from "../targets/process-info.ts";
import type { FoundTarget } from "../targets/source.ts";

/** What to record, every choice made. */
export interface RecordingOrder {
	readonly event: string;
	/** samples a second and CPU */
	readonly frequency: number;
	readonly callGraph: CallGraph;
	/** never empty */
	readonly processes: readonly ProcessInfo[];
	/** where raw data may be kept; the folder is there */
	readonly rawFile: string;
	/** bytes of it at most; default: what the profiler finds right */
	readonly rawLimit?: number;
}

/** Where a run puts what it finds. None of these may throw. */
export interface ProfilerSink {
	/** made with the profiler's value types; samples go in as they arrive */
	readonly builder: ProfileBuilder;
	/** events are being counted from now on */
	onStarted(): void;
	/** a line of the profiler's own words */
	onLog(line: string): void;
	/** a file whose names are missing because it cannot be read, by the name that its frames have as their module */
	onUnreadable?(module: string, reason: string): void;
}

export interface RunEnd {
	/** null: it ended because it was asked to, or because the target ended */
	readonly cause: CauseCode | null;
	/** a sentence about this case */
	readonly detail?: string;
}

/** A recording in progress. */
export interface ProfilerRun {
	/** Never rejects; all samples are in the builder, and nothing of the run is left, when it resolves. */
	readonly done: Promise<RunEnd>;
	/** Asks it to end and keep every sample; may be called at any time and repeatedly. */
	stop(): void;
	/** Ends it at once; samples under way may be lost. */
	kill(): void;
	/** samples the kernel had to drop so far */
	lost(): number;
	/** CPU time the tools have used so far, in seconds */
	cpuSeconds(): Promise<number>;
	/** the raw data is in the file so far */
	hasRawData(): boolean;
	/** of the tools */
	pids(): number[];
}

/** A tool adapter that yields stacks. */
export interface Profiler {
	readonly name: ProfilerName;
	/** Does it work on this target; if not, why, and the fix? */
	support(target: FoundTarget): Promise<ProfilerSupport>;
	/** Why it cannot start at all with this event on this machine; null: nothing known against it. */
	refuses(event: string): Promise<CauseCode | null>;
	valueTypes(event: string): ValueType[];
	start(order: RecordingOrder, sink: ProfilerSink): ProfilerRun;
}
