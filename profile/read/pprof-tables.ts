import { FUNCTION, LABEL, LINE, LOCATION, MAPPING, PROFILE, VALUE_TYPE } from "../pprof-fields.ts";
import { PprofStrings } from "./pprof-strings.ts";
import { type TimesEntry, timesEntryOf } from "./pprof-times.ts";
import { type Integer, ProtobufReader } from "./protobuf.ts";

/** How much of each kind of entry a file may have: each costs more memory than its few bytes. */
export interface PprofLimits {
	readonly samples: number;
	readonly locations: number;
	/** of all locations */
	readonly lines: number;
	readonly functions: number;
	/** with different labels; and labels of all of them */
	readonly threads: number;
	/** at which samples were taken; more are left out, and how many is told */
	readonly times: number;
	readonly mappings: number;
	readonly strings: number;
	readonly valueTypes: number;
	readonly comments: number;
}

export const DEFAULT_PPROF_LIMITS: PprofLimits = {
	samples: 20_000_000,
	locations: 4_000_000,
	lines: 20_000_000,
	functions: 4_000_000,
	threads: 1_000_000,
	times: 50_000_000,
	mappings: 100_000,
	strings: 8_000_000,
	valueTypes: 64,
	comments: 10_000,
};

/** Everything of a pprof file but its samples; texts and references are not looked up yet. */
export interface PprofTables {
	readonly strings: PprofStrings;
	readonly valueTypes: { type: number; unit: number }[];
	readonly mappings: Map<Integer, PprofMapping>;
	readonly functions: Map<Integer, PprofFunction>;
	readonly locations: Map<Integer, PprofLocation>;
	readonly comments: number[];
	readonly times: TimesEntry[];
	sampleCount: number;
	lineCount: number;
	timeNanos: Integer;
	durationNanos: Integer;
}

export interface PprofMapping {
	start: Integer;
	offset: Integer;
	file: number;
}

export interface PprofFunction {
	name: number;
	systemName: number;
	file: number;
	kind: number;
}

export interface PprofLocation {
	mappingId: Integer;
	address: Integer;
	/** innermost inlined function first; flat, for there are many: id of the function, line, id, line ... */
	lines: Integer[];
}

/** Functions inlined into each other at one location; each sample repeats them, so they are bounded. */
const MAX_INLINED = 1000;

/** First pass through a file: its tables may stand before or after the samples that need them. */
export function readTables(bytes: Uint8Array, limits: PprofLimits): PprofTables {
	const tables: PprofTables = {
		strings: new PprofStrings(),
		valueTypes: [],
		mappings: new Map(),
		functions: new Map(),
		locations: new Map(),
		comments: [],
		times: [],
		sampleCount: 0,
		lineCount: 0,
		timeNanos: 0,
		durationNanos: 0,
	};
	const reader = new ProtobufReader("pprof", bytes);
	while (reader.next()) {
		const take = FIELDS[reader.field];
		if (take === undefined) reader.skip();
		else take(reader, tables, limits);
	}
	if (tables.valueTypes.length === 0) reader.fail("no sample type");
	if (tables.strings.text(0, reader) !== "") reader.fail("the first string is not empty");
	return tables;
}

type TakeField = (reader: ProtobufReader, tables: PprofTables, limits: PprofLimits) => void;

const FIELDS: Record<number, TakeField> = {
	[PROFILE.sampleType]: (reader, { valueTypes }, limits) => {
		checkLimit(reader, valueTypes.length, limits.valueTypes, "sample types");
		const entry = { type: 0, unit: 0 };
		readFields(reader.message(), (field, message) => {
			if (field === VALUE_TYPE.type) entry.type = message.number();
			else if (field === VALUE_TYPE.unit) entry.unit = message.number();
			else message.skip();
		});
		valueTypes.push(entry);
	},
	[PROFILE.sample]: (reader, tables, limits) => {
		checkLimit(reader, tables.sampleCount++, limits.samples, "samples");
		reader.skip();
	},
	[PROFILE.mapping]: (reader, { mappings }, limits) => {
		checkLimit(reader, mappings.size, limits.mappings, "mappings");
		const entry: PprofMapping = { start: 0, offset: 0, file: 0 };
		const id = readEntry(reader.message(), (field, message) => {
			if (field === MAPPING.start) entry.start = message.uint64();
			else if (field === MAPPING.offset) entry.offset = message.uint64();
			else if (field === MAPPING.file) entry.file = message.number();
			else message.skip();
		});
		addOnce(reader, mappings, id, entry);
	},
	[PROFILE.location]: (reader, tables, limits) => {
		const { locations } = tables;
		checkLimit(reader, locations.size, limits.locations, "locations");
		const entry: PprofLocation = { mappingId: 0, address: 0, lines: [] };
		const id = readEntry(reader.message(), (field, message) => {
			if (field === LOCATION.mappingId) entry.mappingId = message.uint64();
			else if (field === LOCATION.address) entry.address = message.uint64();
			else if (field === LOCATION.line) {
				checkLimit(message, tables.lineCount++, limits.lines, "lines");
				readLine(message.message(), entry.lines);
			} else message.skip();
		});
		addOnce(reader, locations, id, entry);
	},
	[PROFILE.function]: (reader, { functions, times }, limits) => {
		checkLimit(reader, functions.size + times.length, limits.functions, "functions");
		const entry: PprofFunction = { name: 0, systemName: 0, file: 0, kind: 0 };
		const before = times.length;
		const id = readEntry(reader.message(), (field, message) => {
			if (field === FUNCTION.name) entry.name = message.number();
			else if (field === FUNCTION.systemName) entry.systemName = message.number();
			else if (field === FUNCTION.file) entry.file = message.number();
			else if (field === FUNCTION.kind) entry.kind = message.number();
			else if (field === FUNCTION.times) times.push(timesEntryOf(message.message()));
			else message.skip();
		});
		if (times.length === before) addOnce(reader, functions, id, entry);
	},
	[PROFILE.stringTable]: (reader, { strings }, limits) => {
		checkLimit(reader, strings.length, limits.strings, "strings");
		strings.push(reader.bytes());
	},
	[PROFILE.timeNanos]: (reader, tables) => {
		tables.timeNanos = reader.int64();
	},
	[PROFILE.durationNanos]: (reader, tables) => {
		tables.durationNanos = reader.int64();
	},
	[PROFILE.comment]: (reader, { comments }, limits) => {
		const indices: Integer[] = [];
		reader.repeated(indices, true);
		checkLimit(reader, comments.length + indices.length - 1, limits.comments, "comments");
		for (const index of indices) comments.push(Number(index));
	},
};

/** A text or a number; key, text and unit are indices of strings. */
export interface PprofLabel {
	key: number;
	text: number;
	number: Integer;
	unit: number;
}

/** A sample's label. */
export function readLabel(reader: ProtobufReader): PprofLabel {
	const label = { key: 0, text: 0, number: 0 as Integer, unit: 0 };
	readFields(reader, (field, message) => {
		if (field === LABEL.key) label.key = message.number();
		else if (field === LABEL.text) label.text = message.number();
		else if (field === LABEL.number) label.number = message.int64();
		else if (field === LABEL.unit) label.unit = message.number();
		else message.skip();
	});
	return label;
}

function readLine(reader: ProtobufReader, lines: Integer[]): void {
	let functionId: Integer = 0;
	let line = 0;
	readFields(reader, (field, message) => {
		if (field === LINE.functionId) functionId = message.uint64();
		else if (field === LINE.line) line = message.number();
		else message.skip();
	});
	checkLimit(reader, lines.length / 2, MAX_INLINED, "functions at one location");
	lines.push(functionId, line);
}

type TakeEntryField = (field: number, message: ProtobufReader) => void;

function readFields(message: ProtobufReader, take: TakeEntryField): void {
	while (message.next()) take(message.field, message);
}

/** Reads an entry that others refer to. @returns its id, which is field 1 of all of them */
function readEntry(message: ProtobufReader, take: TakeEntryField): Integer {
	let id: Integer = 0;
	readFields(message, (field, reader) => {
		if (field === 1) id = reader.uint64();
		else take(field, reader);
	});
	return id;
}

function addOnce<T>(reader: ProtobufReader, entries: Map<Integer, T>, id: Integer, entry: T): void {
	if (id === 0) reader.fail("an entry without an id");
	if (entries.has(id)) reader.fail(`two entries with the id ${id}`);
	entries.set(id, entry);
}

export function checkLimit(reader: ProtobufReader, count: number, limit: number, what: string): void {
	if (count >= limit) reader.fail(`more than ${limit} ${what}`);
}
