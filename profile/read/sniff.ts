import { ProfileFormatError } from "../model.ts";
import { ProtobufReader } from "./protobuf.ts";

/** What the first bytes of a stream show; which JSON it is, only the whole shows. */
export type SniffedFormat = "perf.data" | "pprof" | "JSON" | "perf-script" | "bpftrace" | "folded";

/** So much of the beginning is looked at, in bytes. */
export const SNIFFED_LENGTH = 64 * 1024;

const PERF_MAGICS = ["PERFILE2", "2ELIFREP"];
/** A folded line may begin with a bracket, too. */
const JSON_BEGINNING = /^\ufeff?\s*(?:\{\s*["}]|\[\s*[{\]])/;
/** `command pid/tid [cpu] seconds: period event:`, and the frames below it. */
const PERF_SCRIPT_HEADER = /^\S.*?\s-?\d+(?:\/-?\d+)?\s+(?:\[\d+\]\s+)?\d+\.\d{4,9}: /m;
const PERF_SCRIPT_RECORD = /: PERF_RECORD_[A-Z0-9_]+/;
/** A map's name and key begin a line; its count ends one, after the key's last part. */
const BPFTRACE_MAP = /^@\w*(?:\[|: )/m;
const FOLDED_LINE = /^\S.*[ \t]\d+\r?$/m;

/**
 * Tells a format by what stands at its beginning.
 * @param head the first SNIFFED_LENGTH bytes, or all there are
 * @throws ProfileFormatError for what is none of the formats
 */
export function sniff(head: Uint8Array): SniffedFormat {
	if (head.length === 0) throw new ProfileFormatError("input", 0, "nothing in it");
	if (PERF_MAGICS.includes(asciiOf(head.subarray(0, 8)))) return "perf.data";
	if (isBinary(head)) {
		if (isPprof(head)) return "pprof";
		throw new ProfileFormatError("input", 0, "binary data of no known format");
	}
	const text = new TextDecoder().decode(head);
	if (JSON_BEGINNING.test(text)) return "JSON";
	if (PERF_SCRIPT_HEADER.test(text) || PERF_SCRIPT_RECORD.test(text)) return "perf-script";
	if (BPFTRACE_MAP.test(text)) return "bpftrace";
	if (FOLDED_LINE.test(text) || isLongStack(text)) return "folded";
	throw new ProfileFormatError("input", 1, "a text of no known format");
}

/** A line of which not even the end is in sight. */
function isLongStack(text: string): boolean {
	return text.includes(";") && text.length >= SNIFFED_LENGTH / 4 && !text.includes("\n");
}

/** Texts have no such bytes; a protobuf is full of them. */
function isBinary(head: Uint8Array): boolean {
	return head.subarray(0, 4096).some((byte) => byte < 9);
}

const PPROF_FIELDS = 15;

/** Do the messages follow each other as pprof's do, as far as can be seen? */
function isPprof(head: Uint8Array): boolean {
	const reader = new ProtobufReader("pprof", head);
	let last = 0;
	try {
		while (reader.next()) {
			if (reader.field > PPROF_FIELDS) return false;
			last = reader.offset;
			reader.skip();
		}
		return true;
	} catch {
		// cut off where the head ends, and not where it began to make no sense
		return last > 0 && head.length === SNIFFED_LENGTH;
	}
}

function asciiOf(bytes: Uint8Array): string {
	return String.fromCharCode(...bytes);
}
