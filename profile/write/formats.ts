import type { Format } from "../../contract/formats.ts";
import type { Recording } from "../../contract/recording.ts";
import { callTreeOf } from "../call-tree.ts";
import { cleanText } from "../frame-name.ts";
import { joined } from "../joined.ts";
import type { Profile } from "../model.ts";
import { callTreeChunks } from "./call-tree.ts";
import { cpuprofileChunks } from "./cpuprofile.ts";
import { encodedChunks } from "./encoded.ts";
import { foldedBytes } from "./folded.ts";
import { geckoChunks } from "./gecko.ts";
import { type HtmlViewer, htmlChunks } from "./html.ts";
import { pprofChunks } from "./pprof.ts";
import { speedscopeChunks } from "./speedscope.ts";
import { svgChunks } from "./svg.ts";
import { textChunks } from "./text.ts";

/** Formats made from a profile; perf.data is what the profile was made from. */
export type ProfileFormat = Exclude<Format, "perf.data">;

export interface WriteOptions {
	/** what the profile shows, in a few words; default "Profile" */
	readonly title?: string;
	/** index of the value type to weigh by, default 0; pprof has all of them */
	readonly value?: number;
	/** html: shown beside the flamegraph */
	readonly recording?: Recording;
	/** html: the program that draws; without it the page has a table alone */
	readonly viewer?: HtmlViewer | null;
}

/**
 * Writes a profile in any format, in chunks of bytes as they are made, so that a large one is never in memory whole.
 * The totals of all formats are those of the same value type. `pprof` is NOT compressed: the caller gzips it.
 * @throws RangeError when there is no such value type
 */
export async function* profileChunks(
	profile: Profile,
	format: ProfileFormat,
	options: WriteOptions = {},
): AsyncGenerator<Uint8Array> {
	const chunks = format === "pprof" ? pprofChunks(profile) : chunksOf(profile, format, options);
	yield* encodedChunks(chunks);
}

/** The same in one piece. */
export async function writeProfile(
	profile: Profile,
	format: ProfileFormat,
	options: WriteOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of profileChunks(profile, format, options)) chunks.push(chunk);
	return joined(chunks);
}

function chunksOf(
	profile: Profile,
	format: Exclude<ProfileFormat, "pprof">,
	options: WriteOptions,
): Iterable<string | Uint8Array> | AsyncIterable<string> {
	const title = cleanText(options.title ?? "Profile");
	const { value = 0 } = options;
	if (format === "gecko") return geckoChunks(profile, { title, value });
	if (format === "cpuprofile") return cpuprofileChunks(profile, value);
	const tree = callTreeOf(profile, { value });
	switch (format) {
		case "folded":
			return foldedBytes(tree);
		case "speedscope":
			return speedscopeChunks(tree, title);
		case "json":
			return callTreeChunks(tree);
		case "txt":
			return textChunks(tree, title);
		case "svg":
			return svgChunks(tree, title);
		case "html":
			return htmlChunks(tree, { ...options, title });
	}
}
