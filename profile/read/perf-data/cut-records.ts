import { RECORD_HEADER_BYTES } from "./record-types.ts";

/**
 * @param view of many records, of which this one, header included, lies at `at`; never written to again
 * @returns true: stop behind this one
 */
export type RecordVisitor = (view: DataView<ArrayBuffer>, at: number, size: number) => boolean;

/** A record is too short to be one. */
export class RecordLengthError extends Error {
	override name = "RecordLengthError";
	/** in the bytes that were being cut */
	readonly at: number;

	constructor(size: number, at: number) {
		super(`a record of ${size} bytes`);
		this.at = at;
	}
}

/**
 * Goes from record to record.
 * @returns how many bytes they have, up to the first that is cut off. @throws RecordLengthError
 */
export function cutRecords(bytes: Uint8Array<ArrayBuffer>, visit: RecordVisitor): number {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	let at = 0;
	while (bytes.length - at >= RECORD_HEADER_BYTES) {
		const size = view.getUint16(at + 6, true);
		if (size < RECORD_HEADER_BYTES) throw new RecordLengthError(size, at);
		if (at + size > bytes.length) break;
		const isLast = visit(view, at, size);
		at += size;
		if (isLast) break;
	}
	return at;
}

export function joined(rest: Uint8Array<ArrayBuffer>, chunk: Uint8Array): Uint8Array<ArrayBuffer> {
	const bytes = new Uint8Array(rest.length + chunk.length);
	bytes.set(rest);
	bytes.set(chunk, rest.length);
	return bytes;
}
