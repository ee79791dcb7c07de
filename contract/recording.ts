import { type Static, Type } from "typebox";

export const PROFILERS = ["perf", "async-profiler", "py-spy", "node", "pprof", "bpftrace"] as const;
export const ProfilerName = Type.Enum([...PROFILERS], { type: "string" });
export type ProfilerName = (typeof PROFILERS)[number];

export const CALL_GRAPHS = ["fp", "dwarf", "lbr"] as const;
export const CallGraph = Type.Enum([...CALL_GRAPHS], {
	type: "string",
	description:
		"how perf finds the callers: frame pointers (cheap), DWARF unwinding (any C/C++, costly), LBR (Intel, short)",
});
export type CallGraph = (typeof CALL_GRAPHS)[number];

/** Events perf can count here; cpu-clock works on every machine, cycles needs hardware counters. */
export const EVENTS = ["cpu-clock", "cycles", "task-clock", "page-faults", "context-switches"] as const;

export const DEFAULT_FREQUENCY = 99;
export const MAX_FREQUENCY = 1000;
export { DEFAULT_MAX_DURATION } from "./agent-environment.ts";

export const RecordingRequest = Type.Object(
	{
		profiler: ProfilerName,
		event: Type.Optional(Type.Enum([...EVENTS], { type: "string", description: "default cpu-clock" })),
		frequency: Type.Optional(
			Type.Integer({
				minimum: 1,
				maximum: MAX_FREQUENCY,
				description: `samples a second and CPU, in Hz; default ${DEFAULT_FREQUENCY}`,
			}),
		),
		durationSeconds: Type.Optional(
			Type.Number({ minimum: 1, maximum: 86_400, description: "default: until stopped" }),
		),
		container: Type.Optional(Type.String({ minLength: 1, maxLength: 253 })),
		pid: Type.Optional(
			Type.Integer({ minimum: 1, description: "as the agent sees it; default: the whole pod" }),
		),
		callGraph: Type.Optional(CallGraph),
		program: Type.Optional(Type.String({ maxLength: 65_536, description: "bpftrace program" })),
		endpoint: Type.Optional(
			Type.Object(
				{
					port: Type.Integer({ minimum: 1, maximum: 65_535 }),
					scheme: Type.Enum(["http", "https"], { type: "string" }),
					path: Type.String({ maxLength: 1024 }),
					secretName: Type.Optional(Type.String({ maxLength: 253 })),
				},
				{ additionalProperties: false },
			),
		),
	},
	{ $id: "RecordingRequest", additionalProperties: false },
);
export type RecordingRequest = Static<typeof RecordingRequest>;

export const RECORDING_STATES = ["starting", "recording", "finishing", "finished", "failed"] as const;
export const RecordingState = Type.Enum([...RECORDING_STATES], { type: "string" });
export type RecordingState = (typeof RECORDING_STATES)[number];

/** Is it over, one way or the other? */
export function hasEnded(state: RecordingState): boolean {
	return state === "finished" || state === "failed";
}

/** Why a recording ended, or failed: what happened, and what to do about it. */
export const CAUSES = {
	stopped: { failed: false, message: "Stopped on request." },
	"duration-reached": { failed: false, message: "The chosen duration is over." },
	"max-duration-reached": {
		failed: false,
		message: "The longest duration that is allowed is over.",
		nextStep: "Choose a duration, or ask for a longer maxDuration.",
	},
	"target-exited": {
		failed: false,
		message: "The target ended while it was recorded; the profile has what it did until then.",
		nextStep: "If it crashed or restarted, pick its successor and record again.",
	},
	"agent-stopped": {
		failed: false,
		message: "The agent was shut down in an orderly way; the profile has the samples until then.",
		nextStep: "Record again once an agent is back.",
	},
	"no-samples": {
		failed: true,
		message: "Nothing was sampled.",
		nextStep:
			"Record while it is busy, for longer, or at a higher frequency. If it is slow but idle it waits for something else: a lock, a disk, another service.",
	},
	"tool-missing": {
		failed: true,
		message: "perf is not installed where the agent runs.",
		nextStep:
			"Install it (Debian: apt-get install linux-perf; Ubuntu: linux-tools-$(uname -r); Fedora: dnf install perf), then record again.",
	},
	"not-permitted": {
		failed: true,
		message: "The kernel refused perf access to this process.",
		nextStep:
			"Run Furnace as root, or give it CAP_PERFMON and CAP_SYS_PTRACE; to profile your own processes only: sysctl kernel.perf_event_paranoid=1.",
	},
	"event-unsupported": {
		failed: true,
		message: "This machine cannot count the chosen event, or not with the chosen call graph.",
		nextStep: "Record with the event cpu-clock, which works everywhere, and the call graph fp.",
	},
	"target-gone": {
		failed: true,
		message: "The target ended before recording could start.",
		nextStep: "List the targets again and pick one that runs.",
	},
	"too-many-descriptors": {
		failed: true,
		message: "The target has more threads than perf may open descriptors for.",
		nextStep: "Raise the agent's limit of open files (ulimit -n), or record one process instead of all.",
	},
	"out-of-memory": {
		failed: true,
		message: "perf could not lock memory for its ring buffers.",
		nextStep: "Stop other recordings, or raise kernel.perf_event_mlock_kb.",
	},
	"disk-full": {
		failed: true,
		message: "The agent's disk is full; the profile has the samples until then.",
		nextStep: "Free space in the agent's work folder, then record again.",
	},
	"tool-failed": {
		failed: true,
		message: "perf ended with an error; the profile has the samples until then.",
		nextStep: "Read perf's own words in the recording's log.",
	},
	"tool-stuck": {
		failed: true,
		message: "perf did not end when asked and was killed; the profile has the samples until then.",
		nextStep: "Record again; if it happens again, look at the load and the disk of the machine.",
	},
	"agent-restarted": {
		failed: true,
		message: "The agent was killed while it recorded; the profile has the samples until its last checkpoint.",
		nextStep: "Record again: a new agent is running.",
	},
	internal: {
		failed: true,
		message: "Furnace made a mistake.",
		nextStep: "Look at the agent's log, and please report it.",
	},
} as const satisfies Record<string, { failed: boolean; message: string; nextStep?: string }>;

export type CauseCode = keyof typeof CAUSES;
export const CAUSE_CODES = Object.keys(CAUSES) as CauseCode[];

export const Cause = Type.Object({
	code: Type.Enum(CAUSE_CODES, { type: "string" }),
	message: Type.String(),
	nextStep: Type.Optional(Type.String()),
});
export type Cause = Static<typeof Cause>;

export function causeOf(code: CauseCode, detail?: string): Cause {
	const { message, nextStep } = CAUSES[code] as { message: string; nextStep?: string };
	return {
		code,
		message: detail === undefined ? message : `${message} ${detail}`,
		...(nextStep === undefined ? {} : { nextStep }),
	};
}

/** Why names of a module, or callers of its functions, are missing. */
export const SYMBOL_FAULTS = [
	"stripped",
	"unreadable",
	"out-of-reach",
	"no-map",
	"hidden-kernel",
	"no-frame-pointers",
] as const;
export type SymbolFault = (typeof SYMBOL_FAULTS)[number];

/** How many of the samples' frames have a name, and what to do where they do not. */
export const SymbolQuality = Type.Object(
	{
		named: Type.Integer({ description: "frames with a name, weighted by samples" }),
		total: Type.Integer({ description: "all frames, weighted by samples" }),
		modules: Type.Array(
			Type.Object({
				module: Type.String(),
				named: Type.Integer(),
				total: Type.Integer(),
				cutOff: Type.Optional(
					Type.Integer({
						description: "samples that end in it and have lost their callers, where most have",
					}),
				),
				fault: Type.Optional(Type.Enum([...SYMBOL_FAULTS], { type: "string" })),
				reason: Type.Optional(Type.String({ description: "the same in words" })),
				fix: Type.Optional(Type.String({ description: "the one line that mends it" })),
			}),
			{ description: "modules with nameless frames or lost callers, worst first, at most 20" },
		),
	},
	{ $id: "SymbolQuality" },
);
export type SymbolQuality = Static<typeof SymbolQuality>;

/** What the recording costs the machine. */
export const Overhead = Type.Object({
	cpuSeconds: Type.Number({ description: "CPU time of the profiler and its readers so far" }),
	cpuPercent: Type.Number({ description: "of one core, over the recording's time" }),
});
export type Overhead = Static<typeof Overhead>;

export const RecordingTarget = Type.Object({
	namespace: Type.String(),
	pod: Type.String(),
	podUid: Type.Optional(Type.String()),
	container: Type.Optional(Type.String()),
	pid: Type.Optional(Type.Integer()),
	command: Type.Optional(Type.String()),
});
export type RecordingTarget = Static<typeof RecordingTarget>;

/** Opaque; made by the agent; the same in the archive. */
export const RecordingId = Type.String({ pattern: "^[0-9a-z]{10,40}$" });

export const Recording = Type.Object(
	{
		id: RecordingId,
		state: RecordingState,
		target: RecordingTarget,
		profiler: ProfilerName,
		event: Type.String(),
		frequency: Type.Integer(),
		callGraph: CallGraph,
		requestedSeconds: Type.Optional(Type.Number({ description: "absent: until stopped" })),
		startedAt: Type.String({ format: "date-time" }),
		durationSeconds: Type.Number({ description: "so far, or in all" }),
		samples: Type.Integer(),
		lost: Type.Integer({ description: "samples the kernel had to drop" }),
		cause: Type.Optional(Cause),
		log: Type.Array(Type.String(), { description: "the profiler's own words (stderr), last 200 lines" }),
		symbols: Type.Optional(SymbolQuality),
		overhead: Type.Optional(Overhead),
		archived: Type.Boolean({ description: "the server's archive has it" }),
		rawData: Type.Boolean({ description: "perf.data can be downloaded" }),
	},
	{ $id: "Recording" },
);
export type Recording = Static<typeof Recording>;

export const RecordingList = Type.Object({ items: Type.Array(Recording) }, { $id: "RecordingList" });
export type RecordingList = Static<typeof RecordingList>;
