import type { Debuginfod } from "../../../symbol-files/debuginfod.ts";
import type { ProfilerSink } from "../profiler.ts";
import type { Exit } from "../tool-process.ts";
import type { PerfTools } from "./command.ts";
import type { JitNames } from "./jit-names.ts";

/** Turns perf's stream into samples of the builder. */
export interface SampleDecoder {
	/** Takes whole records; resolves when it can take more. Never rejects. */
	push(records: Buffer): Promise<void>;
	/** Nothing more comes. */
	end(): void;
	/** Whoever sends the records is gone: it must come to an end now. */
	hurry(): void;
	/** Never rejects; all samples that could be read are in the builder when it resolves. */
	readonly done: Promise<DecoderEnd>;
	/** samples the kernel had to drop so far */
	lost(): number;
	/** CPU time so far, in seconds */
	cpuSeconds(): Promise<number>;
	/** of a tool it uses */
	pids(): number[];
	/** Ends it at once; samples under way may be lost. */
	kill(): void;
}

export interface DecoderEnd {
	readonly exit: Exit;
	/** it had to be ended by force */
	readonly killed: boolean;
	/** a sentence, where it could not go on */
	readonly failure?: string;
}

export interface DecoderOptions {
	readonly tools: PerfTools;
	readonly sink: ProfilerSink;
	readonly jit: JitNames;
	/** the recording's processes, as the agent sees them */
	readonly pids: readonly number[];
	/** asked for names of files that are stripped; absent: nobody is */
	readonly debuginfod?: Debuginfod | undefined;
}
