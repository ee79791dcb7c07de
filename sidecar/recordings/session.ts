import type { Overhead, Recording, RecordingTarget } from "../../contract/recording.ts";
import { ProfileBuilder } from "../../profile/builder.ts";
import type { Profile, SampleTimes } from "../../profile/model.ts";
import type { SymbolHint } from "../../profile/symbol-quality.ts";
import type { Profiler, ProfilerRun, RecordingOrder, RunEnd } from "../profilers/profiler.ts";
import { withUnreadable } from "../profilers/symbol-hint.ts";
import { identityOf } from "../targets/identity.ts";
import { concludeRecording, type StopReason } from "./conclusion.ts";
import { createQualityMeter } from "./quality-meter.ts";
import { createTimeSpool, type TimeSpool } from "./time-spool.ts";

export interface SessionOptions {
	readonly id: string;
	readonly target: RecordingTarget;
	readonly order: RecordingOrder;
	readonly profiler: Profiler;
	readonly requestedSeconds: number | undefined;
	readonly maxSeconds: number;
	readonly symbolHint: SymbolHint;
	/** where the times of samples are kept while it runs, and how many bytes of them at most */
	readonly times: { readonly path: string; readonly limit: number };
}

/** One recording while it runs. */
export interface Session {
	readonly id: string;
	readonly builder: ProfileBuilder;
	begin(): void;
	/** as it is now */
	recording(): Recording;
	/** The profile so far, without the times of its samples. */
	snapshot(): Profile;
	/** The times of the samples so far; undefined: they are not kept. */
	times(): AsyncIterable<SampleTimes> | undefined;
	/** Gives up the times of samples, and says why in the log. */
	dropTimes(reason: string): void;
	/** Lets go what lies on the disk for it, when its profile is stored. */
	release(): Promise<void>;
	/** Asks it to end; the first reason counts. */
	stop(reason: StopReason): void;
	/** Ends the profiler at once. */
	kill(): void;
	pids(): number[];
	/** never rejects; `recording()` is final then */
	readonly ended: Promise<void>;
}

const LOG_LINES = 200;
/** How often the tools' CPU time is read. */
const OVERHEAD_MILLISECONDS = 1000;
/** Processes of the target that end just before perf looks at them make it give up: so it is asked again, without them. */
const ATTEMPTS = 5;

export function createSession(options: SessionOptions): Session {
	return new RunningSession(options);
}

class RunningSession implements Session {
	readonly id: string;
	readonly builder: ProfileBuilder;
	readonly #options: SessionOptions;
	readonly #createdAt = new Date();
	readonly #quality: ReturnType<typeof createQualityMeter>;
	readonly #times: TimeSpool;
	readonly #log: string[] = [];
	/** why there are no names of a module */
	readonly #unreadable = new Map<string, string>();
	#state: Recording["state"] = "starting";
	#cause: Recording["cause"];
	#run: ProfilerRun | undefined;
	#startedAt: number | undefined;
	#endedAt: number | undefined;
	#isForeign = false;
	#asked: StopReason | undefined;
	#overhead: Overhead | undefined;
	#deadline: NodeJS.Timeout | undefined;
	ended: Promise<void> = Promise.resolve();

	constructor(options: SessionOptions) {
		this.#options = options;
		this.id = options.id;
		const { order, profiler, times } = options;
		this.#times = createTimeSpool({ ...times, onDropped: (reason) => this.#onLog(reason) });
		this.builder = new ProfileBuilder({ valueTypes: profiler.valueTypes(order.event), times: this.#times });
		this.#quality = createQualityMeter(this.builder, withUnreadable(options.symbolHint, this.#unreadable));
	}

	begin(): void {
		const meter = setInterval(() => void this.#measure(), OVERHEAD_MILLISECONDS);
		this.ended = this.#record()
			.catch((error: Error): RunEnd => ({ cause: "internal", detail: error.message }))
			.then((end) => {
				clearInterval(meter);
				this.#conclude(end);
			});
	}

	recording(): Recording {
		const { target, order, profiler, requestedSeconds } = this.#options;
		const symbols = this.#quality.now(this.#endedAt !== undefined);
		return {
			id: this.id,
			state: this.#state,
			target,
			profiler: profiler.name,
			event: order.event,
			frequency: order.frequency,
			callGraph: order.callGraph,
			...(requestedSeconds === undefined ? {} : { requestedSeconds }),
			startedAt: this.#createdAt.toISOString(),
			durationSeconds: Math.round(this.#elapsedSeconds() * 1000) / 1000,
			samples: this.#samples(),
			lost: this.#run?.lost() ?? 0,
			...(this.#cause === undefined ? {} : { cause: this.#cause }),
			log: [...this.#log],
			...(symbols === undefined ? {} : { symbols }),
			...(this.#overhead === undefined ? {} : { overhead: this.#overhead }),
			archived: false,
			rawData: this.#run?.hasRawData() ?? false,
		};
	}

	snapshot(): Profile {
		const { event, frequency, callGraph } = this.#options.order;
		return this.builder.snapshot({
			startedAt: this.#createdAt.toISOString(),
			durationNanoseconds: BigInt(Math.round(this.#elapsedSeconds() * 1e9)),
			comments: [`Recorded by Furnace with perf: ${event} at ${frequency} Hz, call graph ${callGraph}`],
		});
	}

	times(): AsyncIterable<SampleTimes> | undefined {
		return this.#times.times(this.builder.rowNumbers());
	}

	dropTimes(reason: string): void {
		this.#times.drop(reason);
	}

	release(): Promise<void> {
		return this.#times.close();
	}

	stop(reason: StopReason): void {
		if (this.#asked !== undefined || this.#endedAt !== undefined) return;
		this.#asked = reason;
		this.#state = "finishing";
		clearTimeout(this.#deadline);
		this.#run?.stop();
	}

	kill(): void {
		this.#run?.kill();
	}

	pids(): number[] {
		return this.#run?.pids() ?? [];
	}

	/** Runs the profiler, again if processes of the target ended under its hands. */
	async #record(): Promise<RunEnd> {
		const { order, profiler } = this.#options;
		for (let attempt = 1; ; attempt++) {
			const { alive } = await identityOf(order.processes);
			if (alive.length === 0) return { cause: "target-gone" };
			if (this.#asked !== undefined) return { cause: null };
			this.#log.length = 0;
			const sink = {
				builder: this.builder,
				onStarted: () => this.#onStarted(),
				onLog: (line: string) => this.#onLog(line),
				onUnreadable: (module: string, reason: string) => void this.#unreadable.set(module, reason),
			};
			this.#run = profiler.start({ ...order, processes: alive }, sink);
			const end = await this.#blamed(await this.#run.done, alive);
			const mayRetry = end.cause === "target-gone" && this.#startedAt === undefined;
			if (!mayRetry || attempt === ATTEMPTS) return end;
		}
	}

	/** When processes end while perf looks at them it may give up without a word. */
	async #blamed(end: RunEnd, processes: RecordingOrder["processes"]): Promise<RunEnd> {
		if (end.cause !== "tool-failed" || this.#startedAt !== undefined) return end;
		const { alive } = await identityOf(processes);
		return alive.length < processes.length ? { cause: "target-gone" } : end;
	}

	#onStarted(): void {
		this.#startedAt = performance.now();
		void this.#refuseReused();
		if (this.#asked !== undefined) return;
		this.#state = "recording";
		const { requestedSeconds, maxSeconds } = this.#options;
		const isChosen = requestedSeconds !== undefined && requestedSeconds <= maxSeconds;
		this.#deadline = setTimeout(
			() => this.stop(isChosen ? "duration-reached" : "max-duration-reached"),
			(isChosen ? requestedSeconds : maxSeconds) * 1000,
		);
	}

	/** A PID that now belongs to a process that started later is somebody else's. */
	async #refuseReused(): Promise<void> {
		const { reused } = await identityOf(this.#options.order.processes);
		if (reused.length === 0) return;
		this.#isForeign = true;
		this.#onLog(`The PIDs ${reused.join(", ")} belong to other processes by now.`);
		this.kill();
	}

	/** Samples of somebody else's process count as none: they are neither shown nor stored. */
	#samples(): number {
		return this.#isForeign ? 0 : this.builder.sampleCount;
	}

	#onLog(line: string): void {
		this.#log.push(line);
		if (this.#log.length > LOG_LINES) this.#log.shift();
	}

	async #measure(): Promise<void> {
		if (this.#run === undefined || this.#startedAt === undefined) return;
		const cpuSeconds = await this.#run.cpuSeconds();
		const elapsed = Math.max(this.#elapsedSeconds(), 0.001);
		this.#overhead = { cpuSeconds, cpuPercent: Math.round((1000 * cpuSeconds) / elapsed) / 10 };
	}

	#elapsedSeconds(): number {
		if (this.#startedAt === undefined) return 0;
		return ((this.#endedAt ?? performance.now()) - this.#startedAt) / 1000;
	}

	#conclude(end: RunEnd): void {
		clearTimeout(this.#deadline);
		this.#endedAt = performance.now();
		const { state, cause } = concludeRecording(this.#isForeign ? { cause: "target-gone" } : end, {
			samples: this.#samples(),
			asked: this.#asked,
			event: this.#options.order.event,
		});
		this.#state = state;
		this.#cause = cause;
	}
}
