import { FRAME_KINDS } from "../../contract/frame-kind.ts";
import type { Frame, Profile, Thread } from "../model.ts";
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
import { SampleTimeWriter } from "./sample-times.ts";

const CHUNK_SIZE = 256 * 1024;

/**
 * The profile as pprof's protobuf, NOT compressed (files are to be gzipped). Nothing of the model is lost: threads are
 * labels, modules mappings; kinds of frames and times of samples stand in fields of our own that other readers skip.
 * Times are rounded to nanoseconds. A SampleTimeWriter's chunks may be appended in place of `profile.times`.
 */
export function* pprofChunks(profile: Profile): Generator<Uint8Array<ArrayBuffer>> {
	const out = new ProtobufWriter();
	const strings = new StringTable();
	writeInfo(out, profile, strings);
	const sample = new ProtobufWriter();
	for (let row = 0; row < profile.samples.length; row++) {
		writeSample(sample, profile, row, strings);
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
	if (profile.times !== undefined) yield* new SampleTimeWriter().chunks(profile.times);
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
	if (thread !== undefined) writeLabels(sample, thread, strings);
}

function writeLabels(sample: ProtobufWriter, thread: Thread, strings: StringTable): void {
	const { pid, tid, name, labels = [] } = thread;
	const label = new ProtobufWriter();
	const write = (key: string, field: number, value: number | bigint, unit = ""): void => {
		label.integer(LABEL.key, strings.indexOf(key));
		label.integer(field, value);
		label.integer(LABEL.unit, strings.indexOf(unit));
		sample.message(SAMPLE.label, label);
	};
	const isKnown = pid !== 0 || tid !== 0 || name !== "" || labels.length === 0;
	if (isKnown) {
		write(THREAD_LABELS.pid, LABEL.number, pid);
		write(THREAD_LABELS.tid, LABEL.number, tid);
		write(THREAD_LABELS.name, LABEL.text, strings.indexOf(name));
	}
	for (const { key, value, unit } of labels) {
		if (typeof value === "string") write(key, LABEL.text, strings.indexOf(value), unit);
		else write(key, LABEL.number, value, unit);
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
