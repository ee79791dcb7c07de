import type { Profile } from "../model.ts";
import { readBpftraceJson } from "./bpftrace-json.ts";
import { readCallTree } from "./call-tree.ts";
import { readChromeTrace } from "./chrome-trace.ts";
import { readCpuProfile } from "./cpuprofile.ts";
import { readGecko } from "./gecko.ts";
import { JsonValue } from "./json-value.ts";
import { readSpeedscope } from "./speedscope.ts";

const READERS = {
	cpuprofile: readCpuProfile,
	"chrome-trace": readChromeTrace,
	speedscope: readSpeedscope,
	gecko: readGecko,
	bpftrace: readBpftraceJson,
	json: readCallTree,
} as const;
export type JsonFormat = keyof typeof READERS;

/**
 * Reads a profile in any of the formats that are JSON, told by the names in it.
 * @throws ProfileFormatError with the offset in `bytes`
 */
export function readJsonProfile(
	bytes: Uint8Array,
	keepTimes: boolean,
): { profile: Profile; format: JsonFormat } {
	const json = JsonValue.parse(bytes, "JSON");
	const format = formatOf(json);
	return { format, profile: READERS[format](json.as(format), keepTimes) };
}

function formatOf(json: JsonValue): JsonFormat {
	if (json.isArray) return "chrome-trace";
	const { nodes, frames, profiles, shared, traceEvents, meta, threads, type, data } = json.fields(
		"nodes",
		"frames",
		"profiles",
		"shared",
		"traceEvents",
		"meta",
		"threads",
		"type",
		"data",
	);
	if (traceEvents !== undefined) return "chrome-trace";
	if (profiles !== undefined && shared !== undefined) return "speedscope";
	if (meta !== undefined && threads !== undefined) return "gecko";
	if (nodes?.isArray) return "cpuprofile";
	if (nodes !== undefined && frames !== undefined) return "json";
	if (type?.isText && data !== undefined) return "bpftrace";
	return json.fail("JSON of no known format");
}
