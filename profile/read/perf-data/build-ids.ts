import type { ByteSource } from "../../symbols/elf.ts";
import {
	FILE_HEADER_BYTES,
	fileHeaderOf,
	headerBytes,
	refusalOf,
	type Section,
	sectionAt,
} from "./file-header.ts";
import { buildIdOf } from "./record-fields.ts";
import { RECORD_HEADER_BYTES } from "./record-types.ts";

const BUILD_IDS = 2;
/** A hostile file may claim anything; a system has some thousand programs and libraries. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * The build-ids of the files that a recording has samples in. perf writes them behind the records, where a reader that
 * streams meets them too late.
 * @param source perf.data
 * @returns hexadecimal by path; nothing for the pipe form, a recording that was killed, or what is no recording
 */
export function perfBuildIds(source: ByteSource): Map<string, string> {
	const found = new Map<string, string>();
	const section = buildIdSection(source);
	if (section === undefined || section.size > MOST_BYTES) return found;
	const bytes = source.read(section.offset, section.size);
	const view = viewOf(bytes);
	for (let at = 0; at + RECORD_HEADER_BYTES <= bytes.length; ) {
		const size = view.getUint16(at + 6, true);
		if (size < RECORD_HEADER_BYTES || at + size > bytes.length) break;
		const entry = buildIdOf(view, at, size);
		if (entry !== undefined) found.set(entry.path, entry.buildId);
		at += size;
	}
	return found;
}

/** Behind the records stands where each feature lies that the header has a bit for. */
function buildIdSection(source: ByteSource): Section | undefined {
	const bytes = source.read(0, FILE_HEADER_BYTES);
	if (bytes.length < FILE_HEADER_BYTES || refusalOf(bytes) !== undefined) return undefined;
	const view = viewOf(bytes);
	if (headerBytes(view) < FILE_HEADER_BYTES) return undefined;
	const { data, features } = fileHeaderOf(view);
	if ((features & (1 << BUILD_IDS)) === 0) return undefined;
	const before = [0, 1].filter((feature) => (features & (1 << feature)) !== 0).length;
	const entry = source.read(data.offset + data.size + 16 * before, 16);
	return entry.length < 16 ? undefined : sectionAt(viewOf(entry), 0);
}

function viewOf(bytes: Uint8Array<ArrayBuffer>): DataView<ArrayBuffer> {
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
