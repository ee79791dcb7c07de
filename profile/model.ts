import type { FrameKind } from "../contract/frame-kind.ts";

/** What a value counts: `{type: "samples", unit: "count"}`, `{type: "cpu", unit: "nanoseconds"}` ... */
export interface ValueType {
	readonly type: string;
	readonly unit: string;
}

/** A function as a stack names it. Two frames are the same when all five fields are. */
export interface Frame {
	/** never empty; `module+0xoffset` where there is no symbol */
	readonly name: string;
	/** path of the executable or library, `[kernel]` ...; empty: not known */
	readonly module: string;
	readonly kind: FrameKind;
	/** source file; empty: not known */
	readonly file: string;
	/** 1-based; 0: not known */
	readonly line: number;
}

export interface Thread {
	readonly pid: number;
	readonly tid: number;
	readonly name: string;
	/** what else its samples carry, by key; samples of one thread with other labels have an entry of their own */
	readonly labels?: readonly SampleLabel[];
}

/** What a program or a profiler says of samples: a request, a CPU, the size of what was allocated ... */
export interface SampleLabel {
	readonly key: string;
	readonly value: string | bigint;
	/** of a number; empty: not known */
	readonly unit: string;
}

/**
 * Stacks as a prefix tree: stack `i` is stack `parent[i]` with `frame[i]` called from it.
 * Stack 0 is the empty one (parent and frame -1). A parent's index is always smaller than its children's.
 */
export interface StackTable {
	readonly length: number;
	readonly parent: Int32Array;
	/** index into `Profile.frames` */
	readonly frame: Int32Array;
}

/** Distinct (stack, thread) pairs with their summed values. */
export interface SampleTable {
	readonly length: number;
	/** index into the stack table */
	readonly stack: Int32Array;
	/** index into `Profile.threads`, -1: not known */
	readonly thread: Int32Array;
	/** one column for each value type; 64 bits, exact */
	readonly values: readonly BigInt64Array[];
}

/** When each sample was taken, in the order of time: row of the sample table, nanoseconds since the start. */
export interface SampleTimes {
	readonly sample: Uint32Array;
	readonly nanoseconds: Float64Array;
}

export interface ProfileInfo {
	/** ISO 8601; absent where the source does not say */
	readonly startedAt?: string;
	readonly durationNanoseconds?: bigint;
	/** times of samples that the source has, and that were too many to be kept; absent: none */
	readonly timesLeftOut?: number;
	/** free text kept with the profile, one entry a fact; Furnace keeps the recording here as JSON */
	readonly comments: readonly string[];
}

/** A finished profile: immutable, and the one thing that every view and download is made from. */
export interface Profile {
	readonly valueTypes: readonly ValueType[];
	readonly frames: readonly Frame[];
	readonly stacks: StackTable;
	readonly samples: SampleTable;
	readonly threads: readonly Thread[];
	readonly times?: SampleTimes;
	readonly info: ProfileInfo;
}

/** A reader met bytes that are not of its format. */
export class ProfileFormatError extends Error {
	override name = "ProfileFormatError";
	readonly format: string;
	/** of the byte (or, in a text, the line) where reading failed */
	readonly offset: number;

	constructor(format: string, offset: number, reason: string, options?: ErrorOptions) {
		super(`${format}: ${reason} (at ${offset})`, options);
		this.format = format;
		this.offset = offset;
	}
}
