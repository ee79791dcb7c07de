import { ProfileBuilder } from "../../builder.ts";
import { type Profile, ProfileFormatError } from "../../model.ts";
import type { Symbols } from "../../symbols/symbols.ts";
import { PerfDataReader } from "./reader.ts";

export interface ReadPerfDataOptions {
	readonly symbols: Symbols;
	/** by path; see `perfBuildIds` */
	readonly buildIds?: ReadonlyMap<string, string>;
	/** also keep when each sample was taken */
	readonly keepTimes?: boolean;
	/** also name inlined functions, source files and lines, where debug information tells; default false */
	readonly inlines?: boolean;
	/** begin each stack with a frame that has the command's name; default true */
	readonly processFrames?: boolean;
}

/**
 * Reads a whole recording by perf, file or pipe form. Its value types are `samples` and what its event counts; with
 * several events each has one, named as the event.
 * @throws ProfileFormatError
 */
export async function readPerfData(
	chunks: AsyncIterable<Uint8Array>,
	{ keepTimes = false, ...options }: ReadPerfDataOptions,
): Promise<Profile> {
	const reader = new PerfDataReader({
		...options,
		builder: (valueTypes) => new ProfileBuilder({ valueTypes, keepTimes }),
	});
	for await (const chunk of chunks) reader.push(chunk);
	reader.end();
	if (reader.cutOffAt !== undefined) {
		throw new ProfileFormatError("perf.data", reader.cutOffAt, "its records are cut off");
	}
	await options.symbols.settled?.();
	reader.refresh();
	await options.symbols.settled?.();
	reader.refresh();
	await reader.lookForInlines(() => true);
	reader.refine();
	return reader.builder.snapshot({ durationNanoseconds: BigInt(reader.durationNanoseconds) });
}
