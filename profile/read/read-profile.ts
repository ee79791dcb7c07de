import { ProfileBuilder } from "../builder.ts";
import { type Profile, ProfileFormatError } from "../model.ts";
import type { Symbols } from "../symbols/symbols.ts";
import { BpftraceReader } from "./bpftrace.ts";
import { counted, gather, peek } from "./chunks.ts";
import { decompressed } from "./decompress.ts";
import { FoldedReader } from "./folded.ts";
import { readJsonProfile } from "./json-profile.ts";
import { readPerfData } from "./perf-data/read.ts";
import { PerfScriptReader } from "./perf-script.ts";
import { readPprof } from "./pprof.ts";
import { SNIFFED_LENGTH, sniff } from "./sniff.ts";

/** What can be read; JFR recordings come as folded stacks. */
export type ReadableFormat =
	| "perf.data"
	| "perf-script"
	| "folded"
	| "pprof"
	| "cpuprofile"
	| "chrome-trace"
	| "speedscope"
	| "gecko"
	| "bpftrace"
	| "json";

export interface ReadProfileOptions {
	/** names of what perf.data has addresses of; without them such frames are `module+0xoffset` */
	readonly symbols?: Symbols;
	/** build-ids by path, which a perf.data file has at its end */
	readonly buildIds?: ReadonlyMap<string, string>;
	/** also name inlined functions, source files and lines of addresses; default false */
	readonly inlines?: boolean;
	/** @param bytesRead of the input as it comes, compressed or not */
	onProgress?(bytesRead: number): void;
	/** also keep when each sample was taken, where the format says; default true */
	readonly keepTimes?: boolean;
	/** longest that the input may be, also decompressed; default 1 GiB */
	readonly maxBytes?: number;
}

export interface ReadResult {
	readonly profile: Profile;
	readonly format: ReadableFormat;
}

const DEFAULT_MAX_BYTES = 2 ** 30;

/**
 * Reads a profile in any supported format, told by its content, gzipped or compressed with zstd or not. Texts and
 * perf.data are read as they come; what must be there as a whole is gathered first.
 * @throws ProfileFormatError with the offset in the uncompressed input (for texts: the line), for anything that is not
 * of its format, of none, or too long; and whatever `chunks` throws
 */
export async function readProfile(
	chunks: AsyncIterable<Uint8Array>,
	options: ReadProfileOptions = {},
): Promise<ReadResult> {
	const { onProgress, maxBytes = DEFAULT_MAX_BYTES, keepTimes = true } = options;
	const source = onProgress === undefined ? chunks : counted(chunks, onProgress);
	const { head, chunks: input } = await peek(await decompressed(source, maxBytes), SNIFFED_LENGTH);
	const format = sniff(head);
	switch (format) {
		case "perf.data": {
			const { symbols = NO_SYMBOLS, buildIds = new Map(), inlines = false } = options;
			return { format, profile: await readPerfData(input, { symbols, buildIds, inlines, keepTimes }) };
		}
		case "JSON":
			return readJsonProfile(await gather(input), keepTimes);
		case "pprof":
			return { format, profile: withTimesIf(keepTimes, readPprof(await gather(input))) };
		case "perf-script":
			return { format, profile: await pushAll(input, new WholePerfScript(keepTimes)) };
		case "bpftrace":
			return { format, profile: await pushAll(input, new BpftraceReader()) };
		case "folded":
			return { format, profile: await pushAll(input, new FoldedReader()) };
	}
}

const NO_SYMBOLS: Symbols = {
	open: () => undefined,
	jitName: () => undefined,
	kernelName: () => undefined,
};

function withTimesIf(keepTimes: boolean, profile: Profile): Profile {
	if (keepTimes) return profile;
	const { times, ...others } = profile;
	return others;
}

interface PushReader {
	push(chunk: Uint8Array): void;
	end(): Profile;
}

async function pushAll(chunks: AsyncIterable<Uint8Array>, reader: PushReader): Promise<Profile> {
	for await (const chunk of chunks) reader.push(chunk);
	return reader.end();
}

/** The text of `perf script`, whose first sample says what is counted. */
class WholePerfScript implements PushReader {
	readonly #reader: PerfScriptReader;

	constructor(keepTimes: boolean) {
		this.#reader = new PerfScriptReader({
			builder: (valueTypes) => new ProfileBuilder({ valueTypes, keepTimes }),
		});
	}

	push(chunk: Uint8Array): void {
		this.#reader.push(chunk);
	}

	end(): Profile {
		this.#reader.end();
		if (this.#reader.builder === undefined) throw new ProfileFormatError("perf-script", 1, "no samples");
		return this.#reader.builder.snapshot();
	}
}
