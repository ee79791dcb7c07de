/**
 * Field numbers of pprof's profile.proto, and Furnace's own additions, which other readers skip. Those are below 16:
 * some readers take a field's tag for a single byte.
 */
export const PROFILE = {
	sampleType: 1,
	sample: 2,
	mapping: 3,
	location: 4,
	function: 5,
	stringTable: 6,
	timeNanos: 9,
	durationNanos: 10,
	comment: 13,
	defaultSampleType: 14,
} as const;

export const VALUE_TYPE = { type: 1, unit: 2 } as const;
export const SAMPLE = {
	locationId: 1,
	value: 2,
	label: 3,
	/** packed: when it was taken, in nanoseconds since the start; the first, then each one's step from the one before (Furnace, before TIMES) */
	timeStep: 15,
} as const;
export const LABEL = { key: 1, text: 2, number: 3, unit: 4 } as const;
export const MAPPING = {
	id: 1,
	start: 2,
	limit: 3,
	offset: 4,
	file: 5,
	hasFunctions: 7,
	hasFilenames: 8,
	hasLineNumbers: 9,
	hasInlineFrames: 10,
} as const;
export const LOCATION = { id: 1, mappingId: 2, address: 3, line: 4 } as const;
export const LINE = { functionId: 1, line: 2 } as const;
export const FUNCTION = {
	id: 1,
	name: 2,
	systemName: 3,
	file: 4,
	/** when samples were taken, in an entry that is no function: see TIMES (Furnace) */
	times: 14,
	/** index into FRAME_KINDS plus 1 (Furnace) */
	kind: 15,
} as const;
/**
 * When samples were taken, of all samples in the order of time, in columns; any number of entries that continue each other
 * (Furnace). They ride in entries of the function table, which nothing refers to: the one table whose unused entries every
 * reader passes over. Both columns are packed and zigzag.
 */
export const TIMES = {
	/** the highest row of the samples before, plus 1, less its own; rows are numbers of samples in the file */
	row: 1,
	/** nanoseconds from the sample before, the first from the start */
	step: 2,
} as const;
/** Ids of such entries are beyond those of functions. */
export const FIRST_TIMES_ID = 2 ** 32;

/** Keys of the labels that a sample's thread is kept in. */
export const THREAD_LABELS = { pid: "pid", tid: "tid", name: "thread" } as const;
