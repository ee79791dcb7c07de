import { unsignedAt } from "./words.ts";

/** Where something lies in a file. */
export interface Section {
	readonly offset: number;
	readonly size: number;
}

/** What the header of the file form says. */
export interface FileHeader {
	/** one entry for each event: its attributes, and the section of its identifiers */
	readonly attributes: Section;
	readonly attributeEntryBytes: number;
	/** records; 0 bytes where the recording was killed */
	readonly data: Section;
	/** a bit for each of the first 32 features; behind the records stands where each lies */
	readonly features: number;
}

export const MAGIC_BYTES = 8;
export const PIPE_HEADER_BYTES = 16;
export const FILE_HEADER_BYTES = 104;

const MAGIC = "PERFILE2";
const BIG_ENDIAN_MAGIC = "2ELIFREP";

/** @returns why it is no recording that can be read; undefined: it may be one */
export function refusalOf(bytes: Uint8Array): string | undefined {
	const magic = new TextDecoder("latin1").decode(bytes.subarray(0, MAGIC_BYTES));
	if (magic === BIG_ENDIAN_MAGIC) return "it was recorded on a big-endian machine";
	return magic === MAGIC ? undefined : `it does not begin with ${MAGIC}`;
}

/** Bytes of the header, the magic included: PIPE_HEADER_BYTES where the records follow at once. */
export function headerBytes(view: DataView): number {
	return unsignedAt(view, MAGIC_BYTES);
}

/** @param view of FILE_HEADER_BYTES at least */
export function fileHeaderOf(view: DataView): FileHeader {
	return {
		attributeEntryBytes: unsignedAt(view, 16),
		attributes: sectionAt(view, 24),
		data: sectionAt(view, 40),
		features: view.getUint32(72, true),
	};
}

export function sectionAt(view: DataView, offset: number): Section {
	return { offset: unsignedAt(view, offset), size: unsignedAt(view, offset + 8) };
}
