import { DIFF_FORMATS, type DiffFormat } from "../../contract/formats.ts";
import { diffProfiles } from "../../profile/diff/diff.ts";
import { diffChunks } from "../../profile/write/diff.ts";
import { chooseFormat } from "../format-choice.ts";
import { type InputOptions, inputTitle, readInput } from "../input.ts";
import { writeOutput } from "../output.ts";
import { CommandError, EXIT, type Terminal } from "../terminal.ts";

export interface DiffCommandOptions extends InputOptions {
	readonly format?: DiffFormat;
	readonly output?: string;
	readonly value?: string;
	/** compare weights, not shares */
	readonly absolute?: boolean;
}

/** `diff BASE COMPARISON`: what changed from one profile to another. */
export async function diff(
	[base, comparison]: readonly [string, string],
	options: DiffCommandOptions,
	terminal: Terminal,
): Promise<void> {
	const { output, value: valueType, absolute = false } = options;
	if (base === "-" && comparison === "-") {
		throw new CommandError("Only one of the profiles can come from standard input.", EXIT.usage);
	}
	const format = output === undefined ? (options.format ?? "txt") : chooseFormat(options, DIFF_FORMATS);
	const difference = diffProfiles(
		await readInput(base, options, terminal),
		await readInput(comparison, options, terminal),
		{ normalized: !absolute, ...(valueType === undefined ? {} : { valueType }) },
	);
	const names = [inputTitle(base), inputTitle(comparison)] as const;
	const chunks = diffChunks(difference, format, { title: names.join(" → "), names });
	const gzip = output?.endsWith(".gz") === true;
	await writeOutput(chunks, { path: output, isBinary: gzip, gzip }, terminal);
}
