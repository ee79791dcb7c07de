import { EMPTY_STACK, type ProfileBuilder } from "../builder.ts";
import { detachText } from "../frame-name.ts";
import type { Frame, ValueType } from "../model.ts";
import { LineSplitter } from "./lines.ts";
import { jitFrame, type PerfFrame, parsePerfFrame } from "./perf-frame.ts";

/**
 * What `perf script -i -` is to be asked for, so that this reader understands the answer.
 * Offsets of symbols (`symoff`) make a line's parts distinct whatever the symbol is called. For user space perf prints
 * the offset in the file as the address of a call chain's frame (from perf 6.0 on; the address itself before), so no
 * maps have to be followed here.
 */
export const PERF_SCRIPT_ARGUMENTS: readonly string[] = [
	"--no-inline",
	"--ns",
	"--show-lost-events",
	"-F",
	"comm,pid,tid,time,event,ip,sym,symoff,dso,period",
];

/** Events whose period is nanoseconds of CPU time. */
const CLOCK_EVENTS = ["cpu-clock", "task-clock"];

/** Value types of a recording by perf: samples, then CPU time for clocks, or how often the event was counted. */
export function perfValueTypes(event: string): ValueType[] {
	const samples = { type: "samples", unit: "count" };
	return CLOCK_EVENTS.includes(event)
		? [samples, { type: "cpu", unit: "nanoseconds" }]
		: [samples, { type: event, unit: "count" }];
}

export interface PerfScriptReaderOptions {
	/** made with `perfValueTypes`, or with `samples/count` alone; or what makes it once the first sample names its event */
	readonly builder: ProfileBuilder | ((valueTypes: readonly ValueType[]) => ProfileBuilder);
	/** begin each stack with a frame that has the command's name; default true */
	readonly processFrames?: boolean;
	/**
	 * Names of code that a JIT compiler made, asked for each such frame; undefined: not known, perf's own answer counts.
	 * perf reads a process's map once and does not see what is compiled later.
	 */
	readonly jitName?: ((pid: number, address: number) => string | undefined) | undefined;
}

/**
 * `command pid/tid [cpu] seconds: period event: frame`, where all but command, thread, time and event may be missing, as
 * other arguments make it; a command may look like anything.
 */
const SAMPLE =
	/^(.*?)\s+(?:(-?\d+)\/)?(-?\d+)\s+(?:\[\d+\]\s+)?(\d+)\.(\d{1,9}):\s+(?:(\d+)\s+)?(?!PERF_RECORD_)(\S+):\s*(\S.*)?$/;
/** Longest line that such a header can be, in UTF-16 units. */
const MAX_HEADER = 4096;
const LOST = /: PERF_RECORD_LOST lost (\d+)$/;
const OTHER_RECORD = /\d: PERF_RECORD_[A-Z0-9_]+(?:[ :]|$)/;

/** Lines of call chains remembered with their frames: hot ones repeat, and this many bound the memory. */
const MAX_CACHED_LINES = 65_536;
/** perf's own limit is 127, raised by sysctl kernel.perf_event_max_stack; a chain is held until it ends. */
const MAX_CHAIN = 65_536;

interface Sample {
	readonly command: string;
	readonly pid: number;
	readonly thread: number;
	readonly period: number;
	readonly time: number;
	/** leaf first */
	readonly chain: PerfFrame[];
}

/** Reads what `perf script` prints (with PERF_SCRIPT_ARGUMENTS), chunk by chunk, into a profile builder. */
export class PerfScriptReader {
	/** samples read */
	samples = 0;
	/** samples that the kernel had to drop, as far as perf was told */
	lost = 0;
	/** lines that were not understood */
	skipped = 0;
	readonly #makeBuilder: (valueTypes: readonly ValueType[]) => ProfileBuilder;
	#builder: ProfileBuilder | undefined;
	/** the first sample's, whose periods are counted */
	#event = "";
	readonly #processFrames: boolean;
	readonly #jitName: PerfScriptReaderOptions["jitName"];
	readonly #lines = new LineSplitter((line) => this.#readLine(line));
	readonly #frameOfLine = new Map<string, PerfFrame>();
	readonly #indexOfFrame = new Map<Frame, number>();
	#sample: Sample | undefined;
	#firstTime: number | undefined;

	constructor(options: PerfScriptReaderOptions) {
		const { builder } = options;
		this.#builder = typeof builder === "function" ? undefined : builder;
		this.#makeBuilder = typeof builder === "function" ? builder : () => builder;
		this.#processFrames = options.processFrames ?? true;
		this.#jitName = options.jitName;
	}

	/** Undefined as long as there was no sample to make it for. */
	get builder(): ProfileBuilder | undefined {
		return this.#builder;
	}

	push(chunk: Uint8Array): void {
		this.#lines.push(chunk);
	}

	/** The output may end anywhere. A last sample that is cut off is left out: half a chain would stand in the wrong place. */
	end(): void {
		this.#lines.end();
		if (this.#sample !== undefined) this.skipped++;
		this.#sample = undefined;
	}

	#readLine(line: string): void {
		if (line === "") this.#finishSample();
		else if (this.#sample !== undefined && line.startsWith("\t"))
			this.#readFrame(this.#sample, line.trimStart());
		else this.#readHeader(line);
	}

	#readHeader(line: string): void {
		this.#finishSample();
		const match = line.length > MAX_HEADER ? null : SAMPLE.exec(line);
		if (match === null) {
			const lost = LOST.exec(line);
			if (lost !== null) this.lost += Number(lost[1]);
			else if (!OTHER_RECORD.test(line)) this.skipped++;
			return;
		}
		const [, name, pid, tid, seconds, fraction, period = "1", event, frame] = match;
		const command = name.trim();
		if (this.#event === "") {
			this.#event = event;
			this.#builder ??= this.#makeBuilder(perfValueTypes(event));
		}
		const thread = { pid: Number(pid ?? tid), tid: Number(tid), name: command };
		this.#sample = {
			command,
			pid: thread.pid,
			thread: this.#known.thread(thread),
			period: event === this.#event ? Math.min(Number(period), Number.MAX_SAFE_INTEGER) : 0,
			time: Number(seconds) * 1e9 + Number(fraction.padEnd(9, "0")),
			chain: [],
		};
		// without call chains perf prints the one frame on the same line
		if (frame?.endsWith(")")) {
			this.#readFrame(this.#sample, frame);
			this.#finishSample();
		}
	}

	get #known(): ProfileBuilder {
		if (this.#builder === undefined) throw new Error("no sample was read yet");
		return this.#builder;
	}

	#readFrame(sample: Sample, text: string): void {
		let frame = this.#frameOfLine.get(text);
		if (frame === undefined) {
			const line = detachText(text);
			frame = parsePerfFrame(line);
			if (frame === undefined) {
				this.skipped++;
				return;
			}
			if (this.#frameOfLine.size >= MAX_CACHED_LINES) {
				this.#frameOfLine.clear();
				this.#indexOfFrame.clear();
			}
			this.#frameOfLine.set(line, frame);
		}
		if (sample.chain.length < MAX_CHAIN) sample.chain.push(frame);
	}

	#finishSample(): void {
		const sample = this.#sample;
		if (sample === undefined) return;
		this.#sample = undefined;
		this.#firstTime ??= sample.time;
		const values = [1, sample.period];
		const time = Math.max(0, sample.time - this.#firstTime);
		this.#known.add(this.#stackOf(sample), sample.thread, values, time);
		this.samples++;
	}

	#stackOf({ command, pid, chain }: Sample): number {
		const builder = this.#known;
		let stack = EMPTY_STACK;
		if (this.#processFrames) stack = builder.child(stack, builder.frame(processFrame(command)));
		let last = chain.length - 1;
		while (last >= 0 && chain[last].isEnd) last--;
		let module = "";
		for (let index = last; index >= 0; index--) {
			const { frame, inlined, jitAddress } = chain[index];
			// perf prints an inlined function before the one it was inlined into, whose module it shares.
			const jitName = jitAddress === undefined ? undefined : this.#jitName?.(pid, jitAddress);
			const frameIndex =
				jitName !== undefined
					? builder.frame(jitFrame(jitName))
					: inlined
						? builder.frame({ ...frame, module })
						: this.#indexOf(frame);
			if (!inlined) module = frame.module;
			stack = builder.child(stack, frameIndex);
		}
		return stack;
	}

	#indexOf(frame: Frame): number {
		let index = this.#indexOfFrame.get(frame);
		if (index === undefined) {
			index = this.#known.frame(frame);
			this.#indexOfFrame.set(frame, index);
		}
		return index;
	}
}

/** A command's name as the root of its stacks: no function, so it has no module. */
function processFrame(command: string): Frame {
	return { name: command, module: "", kind: "user", file: "", line: 0 };
}
