import type { Profile } from "../model.ts";
import { readRawThreads } from "./gecko-raw.ts";
import { columnsOf, type GeckoFile, GeckoTables, readLibraries } from "./gecko-tables.ts";
import {
	checkTimes,
	type GeckoThread,
	profileOfThreads,
	textOf,
	threadNumber,
	WEIGHTS,
	type WeightType,
} from "./gecko-thread.ts";
import type { JsonValue } from "./json-value.ts";

/** Nanoseconds of the units that CPU time comes in; others are no time. */
const CPU_UNITS: Readonly<Record<string, number>> = { ns: 1, µs: 1000, us: 1000 };

/**
 * Reads a profile of the Firefox Profiler: processed, as samply and others write it (tables of each thread or shared),
 * or raw, as Firefox itself gives it.
 * @param json `{meta, threads, libs?, shared?, processes?}`
 * @throws ProfileFormatError
 */
export function readGecko(json: JsonValue, keepTimes: boolean): Profile {
	const { meta } = json.fields("meta");
	const about = (meta ?? json.fail("no meta")).fields("preprocessedProfileVersion", "startTime");
	const startTime = about.startTime?.number();
	const threads = about.preprocessedProfileVersion === undefined ? readRawThreads(json) : readThreads(json);
	return profileOfThreads(threads, keepTimes, startTime);
}

interface Context {
	readonly file: GeckoFile;
	readonly shared: JsonValue | undefined;
	/** of `shared`, once a thread has needed them */
	tables?: GeckoTables;
	readonly cpuScale: number | undefined;
}

function readThreads(json: JsonValue): GeckoThread[] {
	const { meta, libs, shared, threads } = json.fields("meta", "libs", "shared", "threads");
	const { categories, sampleUnits } = (meta ?? json).fields("categories", "sampleUnits");
	const unit = textOf(sampleUnits?.fields("threadCPUDelta").threadCPUDelta);
	const context: Context = {
		file: {
			libraries: readLibraries(libs),
			categories: Array.from(categories?.items() ?? [], (category) => textOf(category.fields("name").name)),
		},
		shared,
		cpuScale: Object.hasOwn(CPU_UNITS, unit) ? CPU_UNITS[unit] : undefined,
	};
	return Array.from((threads ?? json.fail("no threads")).items(), (thread) => readThread(thread, context));
}

function readThread(json: JsonValue, context: Context): GeckoThread {
	const { name, pid, tid, samples, stackTable } = json.fields("name", "pid", "tid", "samples", "stackTable");
	const table = samples ?? json.fail("no samples");
	const { stack, time, timeDeltas, threadCPUDelta } = columnsOf(
		table,
		"stack",
		"time",
		"timeDeltas",
		"threadCPUDelta",
	);
	const { length } = stack ?? table.fail("no stack column");
	const { weight, weightType } = table.fields("weight", "weightType");
	const weights = weight?.isArray ? weight.numbers() : undefined;
	for (const column of [time, timeDeltas, threadCPUDelta, weights]) {
		if (column !== undefined && column.length !== length) table.fail("columns of different lengths");
	}
	const times = time ?? timeDeltas?.map(cumulative());
	const { cpuScale } = context;
	const tables = stackTable === undefined ? sharedTables(json, context) : new GeckoTables(json, context.file);
	return {
		json: table,
		thread: { pid: threadNumber(pid), tid: threadNumber(tid), name: textOf(name) },
		stacksIn: (builder) => tables.stacksIn(builder),
		stack: stack ?? new Float64Array(),
		time: times && checkTimes(times, table),
		weightType: weightTypeOf(weightType),
		weight: weights,
		cpu: cpuScale === undefined ? undefined : threadCPUDelta?.map((delta) => Math.max(0, delta) * cpuScale),
	};
}

function sharedTables(json: JsonValue, context: Context): GeckoTables {
	context.tables ??= new GeckoTables(context.shared ?? json.fail("no stackTable"), context.file);
	return context.tables;
}

function weightTypeOf(json: JsonValue | undefined): WeightType {
	const type = textOf(json) || "samples";
	return Object.hasOwn(WEIGHTS, type)
		? (type as WeightType)
		: (json?.fail(`weights of type ${type}`) ?? "samples");
}

/** @returns for each difference their sum up to it */
function cumulative(): (delta: number) => number {
	let sum = 0;
	return (delta) => {
		sum += delta;
		return sum;
	};
}
