import { FRAME_KINDS } from "../../contract/frame-kind.ts";
import { unitOf } from "../call-tree.ts";
import type { Profile, Thread } from "../model.ts";
import { weightText } from "../weight-text.ts";
import { geckoTables } from "./gecko-tables.ts";
import { jsonArrayChunks, jsonObjectChunks } from "./json-chunks.ts";
import { type ThreadSamples, threadSamples } from "./thread-samples.ts";

/**
 * Of the Firefox Profiler's processed format: the first with tables that all threads share. profiler.firefox.com brings
 * every older version up to date as it reads it, so the newest would only shut out other readers.
 */
const FORMAT_VERSION = 60;
/** Of the format that Firefox itself writes; asked for, of no meaning here. */
const GECKO_VERSION = 24;
/** Between samples whose times are not known: as if each unit of weight had taken that long. */
const INTERVAL_MILLISECONDS = 1;
const NANOSECONDS = 1_000_000;
/** By unit; whatever else is counted is a number of samples to it. */
const WEIGHT_TYPES: Record<string, string> = { nanoseconds: "tracing-ms", bytes: "bytes" };
const COLOURS = { user: "yellow", kernel: "orange", jit: "green", unknown: "grey" } as const;
const UNKNOWN_THREAD: Thread = { pid: 0, tid: 0, name: "all threads" };
const NO_SAMPLES: ThreadSamples = { thread: -1, stack: new Int32Array(), weight: new Float64Array() };
const NO_MARKERS = JSON.stringify({
	length: 0,
	name: [],
	startTime: [],
	endTime: [],
	phase: [],
	category: [],
	data: [],
});

export interface GeckoOptions {
	readonly title: string;
	/** index of the value type to weigh by */
	readonly value: number;
}

/**
 * A file for profiler.firefox.com, with one entry for each sample where the profile has their times, else one for each
 * stack of a thread, which then stand one after the other.
 * @throws RangeError when there is no such value type
 */
export function* geckoChunks(profile: Profile, { title, value }: GeckoOptions): Generator<string> {
	const valueType = profile.valueTypes[value];
	if (valueType === undefined) throw new RangeError(`The profile has no value type ${value}`);
	const { unit } = valueType;
	const scale = unit === "nanoseconds" ? NANOSECONDS : 1;
	const weightType = Object.hasOwn(WEIGHT_TYPES, unit) ? WEIGHT_TYPES[unit] : "samples";
	const { shared, libs } = geckoTables(profile);
	yield* jsonObjectChunks([
		["meta", JSON.stringify(metaOf(profile, title, unitOf(valueType)))],
		["libs", JSON.stringify(libs)],
		["pages", "[]"],
		["shared", shared],
		["threads", threadChunks(profile, value, { scale, weightType })],
	]);
}

function metaOf({ info }: Profile, title: string, unit: string): object {
	return {
		categories: FRAME_KINDS.map((kind) => ({
			name: kind === "unknown" ? "Other" : kind[0].toUpperCase() + kind.slice(1),
			color: COLOURS[kind],
			subcategories: ["Other"],
		})),
		interval: INTERVAL_MILLISECONDS,
		startTime: Date.parse(info.startedAt ?? "") || 0,
		processType: 0,
		product: title,
		importedFrom: `Furnace (${unit})`,
		stackwalk: 1,
		debug: false,
		version: GECKO_VERSION,
		preprocessedProfileVersion: FORMAT_VERSION,
		symbolicated: true,
		usesOnlyOneStackType: true,
		sourceCodeIsNotOnSearchfox: true,
		extensions: { length: 0, baseURL: [], id: [], name: [] },
		sampleUnits: { time: "ms", eventDelay: "ms", threadCPUDelta: "ns" },
		markerSchema: [],
	};
}

interface Weighing {
	/** what a weight is divided by */
	readonly scale: number;
	readonly weightType: string;
}

function* threadChunks(profile: Profile, value: number, weighing: Weighing): Generator<string> {
	const mainThreads = profile.threads.filter(({ pid, tid }) => pid === tid);
	const processNames = new Map(mainThreads.map(({ pid, name }) => [pid, name]));
	const all = [...threadSamples(profile, value)];
	// A file without a thread is refused.
	if (all.length === 0) all.push(NO_SAMPLES);
	yield "[";
	for (const [index, samples] of all.entries()) {
		const thread = profile.threads[samples.thread] ?? UNKNOWN_THREAD;
		if (index > 0) yield ",";
		yield* jsonObjectChunks([
			["processType", '"default"'],
			["processStartupTime", "0"],
			["processShutdownTime", "null"],
			["registerTime", "0"],
			["unregisterTime", "null"],
			["pausedRanges", "[]"],
			["name", JSON.stringify(thread.name)],
			["processName", JSON.stringify(processNames.get(thread.pid) ?? thread.name)],
			["isMainThread", String(thread.pid === thread.tid)],
			["pid", JSON.stringify(String(thread.pid))],
			["tid", String(thread.tid)],
			["samples", sampleChunks(samples, weighing)],
			["markers", NO_MARKERS],
		]);
	}
	yield "]";
}

function sampleChunks(samples: ThreadSamples, { scale, weightType }: Weighing): Iterable<string> {
	const { stack, weight, nanoseconds } = samples;
	const { length } = stack;
	let elapsed = 0;
	const timeOf = (index: number): number => {
		if (nanoseconds !== undefined) return nanoseconds[index] / NANOSECONDS;
		const start = elapsed;
		elapsed += (Math.abs(weight[index]) / scale) * INTERVAL_MILLISECONDS;
		return start;
	};
	return jsonObjectChunks([
		["length", String(length)],
		// without the empty stack, which is no entry of theirs
		["stack", jsonArrayChunks(length, (index) => (stack[index] === 0 ? "null" : String(stack[index] - 1)))],
		["time", jsonArrayChunks(length, (index) => String(timeOf(index)))],
		["weight", jsonArrayChunks(length, (index) => numberText(weight[index] / scale))],
		["weightType", JSON.stringify(weightType)],
	]);
}

function numberText(number: number): string {
	return Number.isInteger(number) ? weightText(number) : String(number);
}
