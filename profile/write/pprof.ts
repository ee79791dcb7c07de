import { FRAME_KINDS } from "../../contract/call-tree.ts";
import type { Frame, Profile } from "../model.ts";
import {
	FUNCTION,
	LABEL,
	LINE,
	LOCATION,
	MAPPING,
	PROFILE,
	SAMPLE,
	THREAD_LABELS,
	VALUE_TYPE,
} from "../pprof-fields.ts";
import { ProtobufWriter } from "./protobuf.ts";

const CHUNK_SIZE = 256 * 1024;

/**
 * The profile as pprof's protobuf, NOT compressed (files are to be gzipped). Nothing of the model is lost: threads are
 * labels, modules mappings; kinds of frames and times of samples stand in fields of our own that other readers skip.
 * Times are rounded to nanoseconds.
 */
export function* pprofChunks(profile: Profile): Generator<Uint8Array<ArrayBuffer>> {
	const out = new ProtobufWriter();
	const strings = new StringTable();
	writeInfo(out, profile, strings);
	const times = timesByRow(profile);
	const sample = new ProtobufWriter();
	for (let row = 0; row < profile.samples.length; row++) {
		writeSample(sample, profile, row, strings);
		if (times !== undefined) sample.packed(SAMPLE.timeStep, stepsOf(times, row));
		out.message(PROFILE.sample, sample);
		if (out.length >= CHUNK_SIZE) yield out.take();
	}
	const frames = new FrameWriter(out, strings);
	// pprof calls a profile by its first mapping: that shall be the program, not the library that starts it.
	const program = profile.frames.find(({ module }) => /^\/(?!.*\.so(?:\.|$))/.test(module));
	if (program !== undefined) frames.mappingOf(program);
	for (const frame of profile.frames) {
		frames.write(frame);
		if (out.length >= CHUNK_SIZE) yield out.take();
	}
	for (const text of strings.texts) {
		out.text(PROFILE.stringTable, text);
		if (out.length >= CHUNK_SIZE) yield out.take();
	}
	yield out.take();
}

/** Texts by number; 0 is the empty one, as pprof wants it. */
class StringTable {
	readonly #index = new Map<string, number>([["", 0]]);

	indexOf(text: string): number {
		const known = this.#index.get(text);
		if (known !== undefined) return known;
		this.#index.set(text, this.#index.size);
		return this.#index.size - 1;
	}

	get texts(): Iterable<string> {
		return this.#index.keys();
	}
}

function writeInfo(out: ProtobufWriter, profile: Profile, strings: StringTable): void {
	const entry = new ProtobufWriter();
	for (const { type, unit } of profile.valueTypes) {
		entry.integer(VALUE_TYPE.type, strings.indexOf(type));
		entry.integer(VALUE_TYPE.unit, strings.indexOf(unit));
		out.message(PROFILE.sampleType, entry);
	}
	// So that pprof shows by default what every other view does.
	out.integer(PROFILE.defaultSampleType, strings.indexOf(profile.valueTypes[0].type));
	const { startedAt, durationNanoseconds, comments } = profile.info;
	const milliseconds = startedAt === undefined ? Number.NaN : Date.parse(startedAt);
	if (!Number.isNaN(milliseconds)) out.integer(PROFILE.timeNanos, BigInt(milliseconds) * 1_000_000n);
	out.integer(PROFILE.durationNanos, durationNanoseconds ?? 0);
	out.packed(
		PROFILE.comment,
		comments.map((comment) => strings.indexOf(comment)),
	);
}

function writeSample(sample: ProtobufWriter, profile: Profile, row: number, strings: StringTable): void {
	const { stacks, samples, threads } = profile;
	const locations: number[] = [];
	for (let stack = samples.stack[row]; stack > 0; stack = stacks.parent[stack]) {
		locations.push(stacks.frame[stack] + 1);
	}
	sample.packed(SAMPLE.locationId, locations);
	sample.packed(
		SAMPLE.value,
		samples.values.map((column) => column[row]),
	);
	const thread = threads[samples.thread[row]];
	if (thread !== undefined) {
		const label = new ProtobufWriter();
		const writeLabel = (key: string, field: number, value: number): void => {
			label.integer(LABEL.key, strings.indexOf(key));
			label.integer(field, value);
			sample.message(SAMPLE.label, label);
		};
		writeLabel(THREAD_LABELS.pid, LABEL.number, thread.pid);
		writeLabel(THREAD_LABELS.tid, LABEL.number, thread.tid);
		writeLabel(THREAD_LABELS.name, LABEL.text, strings.indexOf(thread.name));
	}
}

/** Writes each frame as a location, with its function and mapping where they are new. */
class FrameWriter {
	readonly #out: ProtobufWriter;
	readonly #strings: StringTable;
	readonly #mappings = new Map<string, number>();
	readonly #functions = new Map<string, number>();
	readonly #entry = new ProtobufWriter();
	readonly #line = new ProtobufWriter();
	#locations = 0;

	constructor(out: ProtobufWriter, strings: StringTable) {
		this.#out = out;
		this.#strings = strings;
	}

	write(frame: Frame): void {
		const mapping =
			frame.module === "" ? 0 : idOf(this.#mappings, frame.module, (id) => this.#mapping(id, frame));
		const key = `${frame.kind}\n${frame.file}\n${frame.name}`;
		const functionId = idOf(this.#functions, key, (id) => this.#function(id, frame));
		this.#line.integer(LINE.functionId, functionId);
		this.#line.integer(LINE.line, frame.line);
		this.#entry.integer(LOCATION.id, ++this.#locations);
		this.#entry.integer(LOCATION.mappingId, mapping);
		this.#entry.message(LOCATION.line, this.#line);
		this.#out.message(PROFILE.location, this.#entry);
	}

	/** @returns the id of the frame's module, 0 for none */
	mappingOf(frame: Frame): number {
		return frame.module === "" ? 0 : idOf(this.#mappings, frame.module, (id) => this.#mapping(id, frame));
	}

	#mapping(id: number, { module }: Frame): void {
		this.#entry.integer(MAPPING.id, id);
		this.#entry.integer(MAPPING.file, this.#strings.indexOf(module));
		// All is named as well as it can be: pprof shall not look for the file and name it again.
		for (const flag of NAMED_FLAGS) this.#entry.integer(flag, 1);
		this.#out.message(PROFILE.mapping, this.#entry);
	}

	#function(id: number, { name, file, kind }: Frame): void {
		const nameIndex = this.#strings.indexOf(name);
		this.#entry.integer(FUNCTION.id, id);
		this.#entry.integer(FUNCTION.name, nameIndex);
		this.#entry.integer(FUNCTION.systemName, nameIndex);
		this.#entry.integer(FUNCTION.file, this.#strings.indexOf(file));
		this.#entry.integer(FUNCTION.kind, FRAME_KINDS.indexOf(kind) + 1);
		this.#out.message(PROFILE.function, this.#entry);
	}
}

const NAMED_FLAGS = [
	MAPPING.hasFunctions,
	MAPPING.hasFilenames,
	MAPPING.hasLineNumbers,
	MAPPING.hasInlineFrames,
];

/** @returns the id of a key, from 1; `write` is called for a new one */
function idOf(ids: Map<string, number>, key: string, write: (id: number) => void): number {
	const known = ids.get(key);
	if (known !== undefined) return known;
	const id = ids.size + 1;
	ids.set(key, id);
	write(id);
	return id;
}

/** The times of each row: those of row `i` are `times[start[i]]` up to, not with, `times[start[i + 1]]`. */
interface TimesByRow {
	readonly start: Uint32Array;
	readonly times: Float64Array;
}

function timesByRow({ samples, times }: Profile): TimesByRow | undefined {
	if (times === undefined) return undefined;
	const start = new Uint32Array(samples.length + 1);
	for (const row of times.sample) start[row + 1]++;
	for (let row = 0; row < samples.length; row++) start[row + 1] += start[row];
	const next = start.slice();
	const sorted = new Float64Array(times.sample.length);
	for (const [at, row] of times.sample.entries()) sorted[next[row]++] = Math.round(times.nanoseconds[at]);
	return { start, times: sorted };
}

function stepsOf({ start, times }: TimesByRow, row: number): number[] {
	const own = times.subarray(start[row], start[row + 1]);
	return Array.from(own, (time, index) => (index === 0 ? time : time - own[index - 1]));
}
