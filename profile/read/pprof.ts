import { NO_THREAD, ProfileBuilder } from "../builder.ts";
import { cleanText } from "../frame-name.ts";
import type { Profile, Thread } from "../model.ts";
import { PROFILE, SAMPLE, THREAD_LABELS } from "../pprof-fields.ts";
import { SampleTimeColumns } from "../sample-times.ts";
import { PprofFrames } from "./pprof-frames.ts";
import {
	checkLimit,
	DEFAULT_PPROF_LIMITS,
	type PprofLimits,
	type PprofTables,
	readLabel,
	readTables,
} from "./pprof-tables.ts";
import { type Integer, ProtobufReader } from "./protobuf.ts";

/**
 * Reads pprof's protobuf, ours or anybody's. Nothing in it is believed: every index and length is checked.
 * Values are exact; labels other than the thread's, and addresses of named functions, are left out.
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
	const times = new SampleTimeColumns();
	const reader = new ProtobufReader("pprof", bytes);
	const frames = new PprofFrames(tables, builder);
	while (reader.next()) {
		if (reader.field === PROFILE.sample)
			readSample(reader.message(), { tables, frames, builder, times, limits: all });
		else reader.skip();
	}
	const comments = tables.comments.map((index) => tables.strings.text(index));
	const profile = builder.snapshot({ ...infoOf(tables), comments });
	return times.length === 0 ? profile : { ...profile, times: times.sorted() };
}

interface SampleContext {
	readonly tables: PprofTables;
	readonly frames: PprofFrames;
	readonly builder: ProfileBuilder;
	readonly times: SampleTimeColumns;
	readonly limits: PprofLimits;
}

function readSample(reader: ProtobufReader, context: SampleContext): void {
	const { tables, frames, builder, times, limits } = context;
	const locations: Integer[] = [];
	const values: Integer[] = [];
	const steps: Integer[] = [];
	const thread = new ThreadLabels();
	while (reader.next()) {
		if (reader.field === SAMPLE.locationId) reader.repeated(locations, false);
		else if (reader.field === SAMPLE.value) reader.repeated(values, true);
		else if (reader.field === SAMPLE.label) thread.take(reader.message(), tables);
		else if (reader.field === SAMPLE.timeStep) reader.repeated(steps, true);
		else reader.skip();
	}
	if (values.length !== builder.valueTypes.length) {
		reader.fail(`${values.length} values for ${builder.valueTypes.length} types`);
	}
	const threadIndex = thread.indexIn(builder);
	checkLimit(reader, threadIndex, limits.threads, "threads");
	const row = builder.add(frames.stackOf(locations, reader), threadIndex, values);
	checkLimit(reader, times.length + steps.length - 1, limits.times, "times");
	let time = 0;
	for (const step of steps) {
		time += Number(step);
		times.push(row, time);
	}
}

class ThreadLabels {
	#thread: Thread | undefined;

	take(reader: ProtobufReader, { strings }: PprofTables): void {
		const label = readLabel(reader);
		const key = strings.text(label.key, reader);
		const thread = this.#thread ?? { pid: 0, tid: 0, name: "" };
		if (key === THREAD_LABELS.pid) this.#thread = { ...thread, pid: asNumber(label.number) };
		else if (key === THREAD_LABELS.tid) this.#thread = { ...thread, tid: asNumber(label.number) };
		else if (key === THREAD_LABELS.name) this.#thread = { ...thread, name: strings.text(label.text, reader) };
	}

	indexIn(builder: ProfileBuilder): number {
		return this.#thread === undefined ? NO_THREAD : builder.thread(this.#thread);
	}
}

/** A process or thread number: what is none becomes 0. */
function asNumber(value: Integer): number {
	return typeof value === "number" ? value : 0;
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
