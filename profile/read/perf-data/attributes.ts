import { ProfileFormatError } from "../../model.ts";
import { RECORD_HEADER_BYTES, SAMPLE_FIELD } from "./record-types.ts";

/** One event of a recording: what is counted and what its samples carry. */
export interface EventAttributes {
	/** PERF_TYPE_*: 0 hardware, 1 software, 2 tracepoint ... */
	readonly type: number;
	readonly config: bigint;
	readonly sampleType: number;
	readonly readFormat: number;
	/** records other than samples end in the same identifying fields */
	readonly sampleIdAll: boolean;
	/** offsets in a sample record; -1: it has no such field */
	readonly sample: SampleOffsets;
	/** distances from the end of any other record; -1: not there */
	readonly trailer: { readonly time: number; readonly identifier: number };
}

export interface SampleOffsets {
	readonly identifier: number;
	readonly ip: number;
	readonly tid: number;
	readonly time: number;
	readonly cpu: number;
	readonly period: number;
	/** of the READ values, whose length depends on their number, or of what follows */
	readonly variable: number;
}

const FORMAT = "perf.data";
/** The first perf that wrote this format; later ones (72, 80, 96, 104, 112, 120, 128, 136) only add behind. */
const OLDEST_ATTRIBUTE_BYTES = 64;
const SAMPLE_ID_ALL = 1 << 18;

/** @throws ProfileFormatError when it is shorter than the oldest kind */
export function readAttributes(view: DataView, offset: number, length: number): EventAttributes {
	if (length < OLDEST_ATTRIBUTE_BYTES || offset + OLDEST_ATTRIBUTE_BYTES > view.byteLength) {
		throw new ProfileFormatError(FORMAT, offset, `an event's attributes have ${length} bytes`);
	}
	const sampleType = view.getUint32(offset + 24, true);
	const flags = view.getUint32(offset + 40, true);
	return {
		type: view.getUint32(offset, true),
		config: view.getBigUint64(offset + 8, true),
		sampleType,
		readFormat: view.getUint32(offset + 32, true),
		sampleIdAll: (flags & SAMPLE_ID_ALL) !== 0,
		sample: sampleOffsets(sampleType),
		trailer: trailerOffsets(sampleType),
	};
}

/** The fields come in this order, each of 8 bytes where it is there. */
function sampleOffsets(sampleType: number): SampleOffsets {
	let next = RECORD_HEADER_BYTES;
	const place = (field: number): number => {
		if ((sampleType & field) === 0) return -1;
		next += 8;
		return next - 8;
	};
	const identifier = place(SAMPLE_FIELD.identifier);
	const ip = place(SAMPLE_FIELD.ip);
	const tid = place(SAMPLE_FIELD.tid);
	const time = place(SAMPLE_FIELD.time);
	place(SAMPLE_FIELD.addr);
	const id = place(SAMPLE_FIELD.id);
	place(SAMPLE_FIELD.streamId);
	const cpu = place(SAMPLE_FIELD.cpu);
	const period = place(SAMPLE_FIELD.period);
	return { identifier: identifier === -1 ? id : identifier, ip, tid, time, cpu, period, variable: next };
}

/** At the end of other records: TID, TIME, ID, STREAM_ID, CPU, IDENTIFIER. */
function trailerOffsets(sampleType: number): { time: number; identifier: number } {
	let distance = 0;
	const place = (field: number): number => {
		if ((sampleType & field) === 0) return -1;
		distance += 8;
		return distance;
	};
	const identifier = place(SAMPLE_FIELD.identifier);
	place(SAMPLE_FIELD.cpu);
	place(SAMPLE_FIELD.streamId);
	const id = place(SAMPLE_FIELD.id);
	const time = place(SAMPLE_FIELD.time);
	return { time, identifier: identifier === -1 ? id : identifier };
}
