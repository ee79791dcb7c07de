import type { DiffFormat } from "../../contract/formats.ts";
import type { ProfileDiff } from "../diff/diff.ts";
import { FrameColumnsWriter } from "../frame-columns.ts";
import { cleanText } from "../frame-name.ts";
import { diffPageChunks } from "./diff-page.ts";
import { diffSvgChunks } from "./diff-svg.ts";
import { diffTextChunks } from "./diff-text.ts";
import { encodedChunks } from "./encoded.ts";
import { foldedLines } from "./folded.ts";
import { jsonArrayChunks, jsonObjectChunks } from "./json-chunks.ts";

export interface DiffWriteOptions {
	/** what is compared, in a few words; default "Difference" */
	readonly title?: string;
	/** what the two are called; default "base" and "comparison" */
	readonly names?: readonly [base: string, comparison: string];
}

/** The same, every text of it cleaned. */
export type DiffTitles = Required<DiffWriteOptions>;

/**
 * Writes a difference in any of its formats, in chunks of bytes as they are made.
 *
 * - `folded`: `frame;frame base comparison`, one line for each stack that either of them has; as FlameGraph's difffolded
 * - `json`: contract's DiffDocument; weights have all their digits, beyond 2^53 too
 * - `txt`: functions by how much their self weight changed
 * - `svg`, `html`: a flamegraph of both, coloured by what grew (orange) and what shrank (blue)
 */
export async function* diffChunks(
	diff: ProfileDiff,
	format: DiffFormat,
	options: DiffWriteOptions = {},
): AsyncGenerator<Uint8Array> {
	const [base, comparison] = options.names ?? ["base", "comparison"];
	const titles: DiffTitles = {
		title: cleanText(options.title ?? "Difference"),
		names: [cleanText(base), cleanText(comparison)],
	};
	yield* encodedChunks(chunksOf(diff, format, titles));
}

function chunksOf(
	diff: ProfileDiff,
	format: DiffFormat,
	titles: DiffTitles,
): Iterable<string | Uint8Array> | AsyncIterable<string> {
	switch (format) {
		case "folded":
			return foldedDiff(diff);
		case "json":
			return jsonDiff(diff);
		case "txt":
			return diffTextChunks(diff, titles);
		case "svg":
			return diffSvgChunks(diff, titles);
		case "html":
			return diffPageChunks(diff, titles);
	}
}

function foldedDiff(diff: ProfileDiff): Iterable<Uint8Array> {
	const [base, comparison] = [diff.base.self, diff.comparison.self];
	return foldedLines(diff, (node) =>
		base[node] === 0n && comparison[node] === 0n ? "" : `${base[node]} ${comparison[node]}`,
	);
}

function jsonDiff({
	unit,
	normalized,
	frames,
	length,
	parent,
	frame,
	...sides
}: ProfileDiff): Iterable<string> {
	const document = new FrameColumnsWriter().append(frames);
	const column = (values: Int32Array | BigInt64Array): Iterable<string> =>
		jsonArrayChunks(length, (node) => String(values[node]));
	return jsonObjectChunks([
		["unit", JSON.stringify(unit)],
		["normalized", String(normalized)],
		["modules", JSON.stringify(document.modules)],
		["frames", JSON.stringify(document.frames)],
		[
			"nodes",
			jsonObjectChunks([
				["parent", column(parent)],
				["frame", column(frame)],
				["base", column(sides.base.self)],
				["comparison", column(sides.comparison.self)],
			]),
		],
	]);
}
