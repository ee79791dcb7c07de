import { ProfileFormatError } from "../../model.ts";
import { ZstdError } from "../zstd/zstd-error.ts";
import { type EventAttributes, readAttributes } from "./attributes.ts";
import { CompressedRecords } from "./compressed-records.ts";
import { cutRecords, joined, RecordLengthError } from "./cut-records.ts";
import {
	FILE_HEADER_BYTES,
	fileHeaderOf,
	headerBytes,
	PIPE_HEADER_BYTES,
	refusalOf,
	type Section,
	sectionAt,
} from "./file-header.ts";
import { RECORD } from "./record-types.ts";
import { unsignedAt } from "./words.ts";

const FORMAT = "perf.data";
const LONGEST_HEADER = 4096;
const LONGEST_RECORD = 65_535;
/** A hostile header may claim anything: of ten events in a thousand threads on 64 CPUs the identifiers are 5 MB. */
const MAX_ATTRIBUTE_SECTION = 16 * 1024 * 1024;

export interface RecordStreamHandler {
	/** @param ids of the event's samples, small numbers */
	onAttributes(attributes: EventAttributes, ids: readonly number[]): void;
	/** @param view of many records, of which this one, header included, lies at `at`; never written to again */
	onRecord(view: DataView<ArrayBuffer>, at: number, size: number): void;
}

/**
 * Cuts perf's format, file or pipe form, into records while it streams, those inside of compressed ones, too. Holds no
 * more than one record and, of a file, its header. The pipe form may end anywhere.
 */
export class RecordStream {
	/** of the next byte that has not been handed on */
	offset = 0;
	readonly #handler: RecordStreamHandler;
	/** made when the first one comes */
	#compressed: CompressedRecords | undefined;
	#rest: Uint8Array<ArrayBuffer> = new Uint8Array(0);
	#state: "magic" | "file-header" | "records" | "features" = "magic";
	/** of a file: where its records end */
	#dataEnd = Number.POSITIVE_INFINITY;
	/** bytes to come that are no records */
	#skip = 0;

	constructor(handler: RecordStreamHandler) {
		this.#handler = handler;
	}

	/**
	 * @param chunk belongs to the stream from now on: records are read where they lie, some of them later
	 * @throws ProfileFormatError
	 */
	push(chunk: Uint8Array<ArrayBuffer>): void {
		let at = 0;
		if (this.#rest.length > 0) {
			// what was cut off is put together with no more than it can need
			const needed = this.#state === "records" ? LONGEST_RECORD : chunk.length;
			const bytes = joined(this.#rest, chunk.subarray(0, needed));
			const used = this.#takeAll(bytes);
			if (used < this.#rest.length || needed >= chunk.length) {
				this.#rest = bytes.slice(used);
				return;
			}
			at = used - this.#rest.length;
		}
		const bytes = chunk.subarray(at);
		this.#rest = bytes.slice(this.#takeAll(bytes));
	}

	/** @returns how many bytes were used */
	#takeAll(bytes: Uint8Array<ArrayBuffer>): number {
		let used = 0;
		for (;;) {
			const taken = this.#skipped(bytes.length - used) || this.#take(bytes.subarray(used));
			if (taken === 0) return used;
			used += taken;
			this.offset += taken;
		}
	}

	/** @throws ProfileFormatError when not even the header was whole, or a file is shorter than its header says */
	end(): void {
		if (this.#state === "magic" || this.#state === "file-header") throw this.#broken("it ends in its header");
		const left = this.#dataEnd - this.offset;
		if (this.#state === "records" && left > 0 && left < Number.POSITIVE_INFINITY) {
			throw this.#broken(`cut off: ${left} bytes of its records are missing`);
		}
	}

	/** Bytes of records that a file says it has, and that have not come. */
	get missing(): number {
		return this.#state === "records" && Number.isFinite(this.#dataEnd) ? this.#dataEnd - this.offset : 0;
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
				return bytes.length;
		}
	}

	#takeMagic(bytes: Uint8Array<ArrayBuffer>): number {
		if (bytes.length < PIPE_HEADER_BYTES) return 0;
		const refusal = refusalOf(bytes);
		if (refusal !== undefined) throw this.#broken(refusal);
		const size = headerBytes(viewOf(bytes));
		if (size === PIPE_HEADER_BYTES) {
			this.#state = "records";
			return PIPE_HEADER_BYTES;
		}
		if (size < FILE_HEADER_BYTES || size > LONGEST_HEADER) throw this.#broken(`its header has ${size} bytes`);
		this.#state = "file-header";
		return this.#takeFileHeader(bytes);
	}

	/** All that stands before the records is waited for: identifiers and attributes lie there. */
	#takeFileHeader(bytes: Uint8Array<ArrayBuffer>): number {
		if (bytes.length < FILE_HEADER_BYTES) return 0;
		const { attributes, attributeEntryBytes, data } = fileHeaderOf(viewOf(bytes));
		if (data.offset < FILE_HEADER_BYTES || data.offset > MAX_ATTRIBUTE_SECTION) {
			throw this.#broken(`its records begin at ${data.offset}`);
		}
		if (bytes.length < data.offset) return 0;
		this.#readAttributeSection(bytes.subarray(0, data.offset), attributes, attributeEntryBytes);
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
		const left = this.#dataEnd - this.offset;
		if (left <= 0) {
			this.#state = "features";
			return bytes.length;
		}
		const isWhole = left <= bytes.length;
		try {
			const used = cutRecords(isWhole ? bytes.subarray(0, left) : bytes, (view, at, size) =>
				this.#readRecord(view, at, size),
			);
			// one that is cut off there will never be whole
			return isWhole && this.#skip === 0 ? left : used;
		} catch (error) {
			if (error instanceof RecordLengthError) throw this.#broken(error.message, error.at);
			throw error;
		}
	}

	/** @returns whether what follows is no record */
	#readRecord(view: DataView<ArrayBuffer>, at: number, size: number): boolean {
		const type = view.getUint32(at, true);
		if (type < RECORD.firstOfPerf) this.#handler.onRecord(view, at, size);
		else if (type === RECORD.attribute) this.#readAttributeRecord(view, at, size);
		else if (type === RECORD.compressed || type === RECORD.compressed2) {
			this.#decompress(type, view, at, size);
		} else this.#handler.onRecord(view, at, size);
		if (type >= RECORD.firstOfPerf) this.#skip = attachedBytes(type, view, at, size);
		return this.#skip > 0;
	}

	#decompress(type: number, view: DataView<ArrayBuffer>, at: number, size: number): void {
		this.#compressed ??= new CompressedRecords((view, at, size) => {
			this.#handler.onRecord(view, at, size);
			return false;
		});
		try {
			this.#compressed.read(type, view, at, size);
		} catch (error) {
			if (!(error instanceof ZstdError || error instanceof RecordLengthError)) throw error;
			throw this.#broken(`compressed records: ${error.message}`, at);
		}
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

function viewOf(bytes: Uint8Array<ArrayBuffer>): DataView<ArrayBuffer> {
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
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
