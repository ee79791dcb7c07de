import { ProfileFormatError } from "../../model.ts";
import { type EventAttributes, readAttributes } from "./attributes.ts";
import { RECORD, RECORD_HEADER_BYTES } from "./record-types.ts";
import { unsignedAt } from "./words.ts";

const FORMAT = "perf.data";
const MAGIC = "PERFILE2";
const PIPE_HEADER_BYTES = 16;
const FILE_HEADER_BYTES = 104;
/** A hostile header may claim anything; no recording has this many. */
const MAX_ATTRIBUTE_SECTION = 64 * 1024 * 1024;

export interface RecordStreamHandler {
	/** @param ids of the event's samples, small numbers */
	onAttributes(attributes: EventAttributes, ids: readonly number[]): void;
	/** @param view of many records, of which this one, header included, lies at `at`; never written to again */
	onRecord(view: DataView<ArrayBuffer>, at: number, size: number): void;
	/** what follows the records of a file: a table of sections by feature */
	onFeatures?(bytes: Uint8Array<ArrayBuffer>): void;
}

interface Section {
	readonly offset: number;
	readonly size: number;
}

/**
 * Cuts perf's format, file or pipe form, into records while it streams. Holds no more than one record and, of a file,
 * its header. Ends quietly wherever the stream breaks off.
 */
export class RecordStream {
	/** of the next byte that has not been handed on */
	offset = 0;
	readonly #handler: RecordStreamHandler;
	#rest: Uint8Array<ArrayBuffer> = new Uint8Array(0);
	#state: "magic" | "file-header" | "records" | "features" = "magic";
	/** of a file: where its records end */
	#dataEnd = Number.POSITIVE_INFINITY;
	/** bytes to come that are no records */
	#skip = 0;

	constructor(handler: RecordStreamHandler) {
		this.#handler = handler;
	}

	/** @throws ProfileFormatError */
	push(chunk: Uint8Array): void {
		const bytes = joined(this.#rest, chunk);
		let used = 0;
		for (;;) {
			const taken = this.#skipped(bytes.length - used) || this.#take(bytes.subarray(used));
			if (taken === 0) break;
			used += taken;
			this.offset += taken;
		}
		this.#rest = bytes.slice(used);
	}

	/** @throws ProfileFormatError when not even the header was whole */
	end(): void {
		if (this.#state === "magic" || this.#state === "file-header") throw this.#broken("it ends in its header");
	}

	#skipped(available: number): number {
		const skipped = Math.min(this.#skip, available);
		this.#skip -= skipped;
		return skipped;
	}

	/** @returns how many bytes were used; 0: more are needed */
	#take(bytes: Uint8Array<ArrayBuffer>): number {
		switch (this.#state) {
			case "magic":
				return this.#takeMagic(bytes);
			case "file-header":
				return this.#takeFileHeader(bytes);
			case "records":
				return this.#takeRecords(bytes);
			case "features":
				this.#handler.onFeatures?.(bytes);
				return bytes.length;
		}
	}

	#takeMagic(bytes: Uint8Array<ArrayBuffer>): number {
		if (bytes.length < PIPE_HEADER_BYTES) return 0;
		const magic = new TextDecoder("latin1").decode(bytes.subarray(0, 8));
		if (magic === "2ELIFREP") throw this.#broken("it was recorded on a big-endian machine");
		if (magic !== MAGIC) throw this.#broken("it does not begin with PERFILE2");
		const size = unsignedAt(viewOf(bytes), 8);
		if (size === PIPE_HEADER_BYTES) {
			this.#state = "records";
			return PIPE_HEADER_BYTES;
		}
		if (size < FILE_HEADER_BYTES || size > 4096) throw this.#broken(`its header has ${size} bytes`);
		this.#state = "file-header";
		return this.#takeFileHeader(bytes);
	}

	/** All that stands before the records is waited for: identifiers and attributes lie there. */
	#takeFileHeader(bytes: Uint8Array<ArrayBuffer>): number {
		if (bytes.length < FILE_HEADER_BYTES) return 0;
		const view = viewOf(bytes);
		const attributes = sectionAt(view, 24);
		const data = sectionAt(view, 40);
		if (data.offset < FILE_HEADER_BYTES || data.offset > MAX_ATTRIBUTE_SECTION) {
			throw this.#broken(`its records begin at ${data.offset}`);
		}
		if (bytes.length < data.offset) return 0;
		this.#readAttributeSection(bytes.subarray(0, data.offset), attributes, unsignedAt(view, 16));
		// a recording that was killed has no length yet: everything there is belongs to it
		if (data.size > 0) this.#dataEnd = data.offset + data.size;
		this.#state = "records";
		return data.offset;
	}

	#readAttributeSection(bytes: Uint8Array<ArrayBuffer>, { offset, size }: Section, entrySize: number): void {
		const view = viewOf(bytes);
		if (entrySize < 16 || offset + size > bytes.length)
			throw this.#broken("its attributes do not lie before its records");
		for (let at = offset; at + entrySize <= offset + size; at += entrySize) {
			const ids = sectionAt(view, at + entrySize - 16);
			if (ids.offset + ids.size > bytes.length)
				throw this.#broken("an event's identifiers lie outside of it");
			this.#handler.onAttributes(readAttributes(view, at, entrySize - 16), idsAt(view, ids));
		}
	}

	#takeRecords(bytes: Uint8Array<ArrayBuffer>): number {
		const view = viewOf(bytes);
		let at = 0;
		while (bytes.length - at >= RECORD_HEADER_BYTES) {
			if (this.offset + at >= this.#dataEnd) {
				this.#state = "features";
				break;
			}
			const type = view.getUint32(at, true);
			const size = view.getUint16(at + 6, true);
			if (size < RECORD_HEADER_BYTES) throw this.#broken(`a record of ${size} bytes`, at);
			if (at + size > bytes.length) break;
			if (type === RECORD.attribute) this.#readAttributeRecord(view, at, size);
			else this.#handler.onRecord(view, at, size);
			at += size;
			if (type < RECORD.firstOfPerf) continue;
			this.#skip = attachedBytes(type, view, at - size, size);
			if (this.#skip > 0) break;
		}
		return at;
	}

	#readAttributeRecord(view: DataView<ArrayBuffer>, at: number, size: number): void {
		const length = size >= 16 ? view.getUint32(at + 12, true) : 0;
		if (length < 64 || 8 + length > size) throw this.#broken("an event's attributes are cut off", at);
		const ids = { offset: at + 8 + length, size: size - 8 - length };
		this.#handler.onAttributes(readAttributes(view, at + 8, length), idsAt(view, ids));
	}

	#broken(reason: string, at = 0): ProfileFormatError {
		return new ProfileFormatError(FORMAT, this.offset + at, reason);
	}
}

function joined(rest: Uint8Array<ArrayBuffer>, chunk: Uint8Array): Uint8Array<ArrayBuffer> {
	const bytes = new Uint8Array(rest.length + chunk.length);
	bytes.set(rest);
	bytes.set(chunk, rest.length);
	return bytes;
}

function viewOf(bytes: Uint8Array<ArrayBuffer>): DataView<ArrayBuffer> {
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function sectionAt(view: DataView, offset: number): Section {
	return { offset: unsignedAt(view, offset), size: unsignedAt(view, offset + 8) };
}

function idsAt(view: DataView, { offset, size }: Section): number[] {
	const ids: number[] = [];
	for (let at = offset; at + 8 <= offset + size; at += 8) ids.push(unsignedAt(view, at));
	return ids;
}

/** Some records of perf's own are followed by data that their size does not count. */
function attachedBytes(type: number, view: DataView, at: number, size: number): number {
	if (type === RECORD.tracingData && size >= 12) return align(view.getUint32(at + 8, true), 8);
	if (type === RECORD.auxtrace && size >= 16) return unsignedAt(view, at + 8);
	return 0;
}

function align(value: number, to: number): number {
	return Math.ceil(value / to) * to;
}
