import { NO_THREAD, ProfileBuilder } from "../builder.ts";
import { cleanText } from "../frame-name.ts";
import type { Profile } from "../model.ts";
import { PROFILE, SAMPLE } from "../pprof-fields.ts";
import { SampleTimeColumns } from "../sample-times.ts";
import { PprofFrames } from "./pprof-frames.ts";
import { SampleLabels } from "./pprof-labels.ts";
import {
	checkLimit,
	DEFAULT_PPROF_LIMITS,
	type PprofLimits,
	type PprofTables,
	readTables,
} from "./pprof-tables.ts";
import { decodeTimes } from "./pprof-times.ts";
import { type Integer, ProtobufReader } from "./protobuf.ts";

/**
 * Reads pprof's protobuf, ours or anybody's. Nothing in it is believed: every index and length is checked.
 * Values are exact; addresses of named functions are left out. So are times of samples beyond their limit (all of them: see
 * ProfileInfo.timesLeftOut).
 * @param bytes not compressed
 * @throws ProfileFormatError
 */
export function readPprof(bytes: Uint8Array, limits: Partial<PprofLimits> = {}): Profile {
	const all = { ...DEFAULT_PPROF_LIMITS, ...limits };
	const tables = readTables(bytes, all);
	const valueTypes = tables.valueTypes.map(({ type, unit }) => ({
		type: cleanText(tables.strings.text(type)),
		unit: cleanText(tables.strings.text(unit)),
	}));
	const builder = new ProfileBuilder({ valueTypes });
	const reader = new ProtobufReader("pprof", bytes);
	const context = {
		tables,
		builder,
		frames: new PprofFrames(tables, builder),
		oldTimes: new SampleTimeColumns(),
		oldCount: 0,
		threadCount: 0,
		labelCount: 0,
		limits: all,
	};
	const rows = new Uint32Array(tables.sampleCount);
	let samples = 0;
	while (reader.next()) {
		if (reader.field === PROFILE.sample) rows[samples++] = readSample(reader.message(), context);
		else reader.skip();
	}
	const comments = tables.comments.map((index) => tables.strings.text(index));
	const { oldCount, oldTimes } = context;
	const count = tables.times.reduce((sum, { length }) => sum + length, oldCount);
	// times are worth less than the rest: when they are too many the profile is read without them
	const isTooMany = count > all.times;
	const leftOut = isTooMany ? { timesLeftOut: count } : {};
	const profile = builder.snapshot({ ...infoOf(tables), ...leftOut, comments });
	if (count === 0 || isTooMany) return profile;
	return { ...profile, times: oldCount > 0 ? oldTimes.sorted() : decodeTimes(tables.times, rows) };
}

interface SampleContext {
	readonly tables: PprofTables;
	readonly frames: PprofFrames;
	readonly builder: ProfileBuilder;
	/** that older files keep with each sample, as far as they are within the limit */
	readonly oldTimes: SampleTimeColumns;
	/** all of these */
	oldCount: number;
	threadCount: number;
	/** of all threads */
	labelCount: number;
	readonly limits: PprofLimits;
}

/** @returns the sample's row */
function readSample(reader: ProtobufReader, context: SampleContext): number {
	const { tables, builder, frames, oldTimes, limits } = context;
	const locations: Integer[] = [];
	const values: Integer[] = [];
	const steps: Integer[] = [];
	const labels = new SampleLabels(tables);
	while (reader.next()) {
		if (reader.field === SAMPLE.locationId) reader.repeated(locations, false);
		else if (reader.field === SAMPLE.value) reader.repeated(values, true);
		else if (reader.field === SAMPLE.label) labels.take(reader.message());
		else if (reader.field === SAMPLE.timeStep) reader.repeated(steps, true);
		else reader.skip();
	}
	if (values.length !== builder.valueTypes.length) {
		reader.fail(`${values.length} values for ${builder.valueTypes.length} types`);
	}
	const thread = threadOf(reader, labels, context);
	const row = builder.add(frames.stackOf(locations, reader), thread, values);
	context.oldCount += steps.length;
	if (context.oldCount <= limits.times) pushSteps(oldTimes, row, steps);
	return row;
}

function threadOf(reader: ProtobufReader, labels: SampleLabels, context: SampleContext): number {
	const { builder, limits } = context;
	const thread = labels.thread();
	if (thread === undefined) return NO_THREAD;
	const index = builder.thread(thread);
	checkLimit(reader, index, limits.threads, "threads");
	if (index === context.threadCount) {
		context.threadCount++;
		context.labelCount += thread.labels?.length ?? 0;
		checkLimit(reader, context.labelCount - 1, limits.threads, "labels");
	}
	return index;
}

function pushSteps(times: SampleTimeColumns, row: number, steps: readonly Integer[]): void {
	let time = 0;
	for (const step of steps) {
		time += Number(step);
		times.push(row, time);
	}
}

function infoOf({ timeNanos, durationNanos }: PprofTables): {
	startedAt?: string;
	durationNanoseconds?: bigint;
} {
	const startedAt = new Date(Number(BigInt(timeNanos) / 1_000_000n));
	const isDate = timeNanos !== 0 && !Number.isNaN(startedAt.getTime());
	return {
		...(isDate ? { startedAt: startedAt.toISOString() } : {}),
		...(durationNanos === 0 ? {} : { durationNanoseconds: BigInt(durationNanos) }),
	};
}
