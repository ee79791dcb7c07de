import { type ProfileFormat, profileChunks } from "../../profile/write/formats.ts";
import { chooseFormat, WRITABLE_FORMATS } from "../format-choice.ts";
import { inputTitle, readInput } from "../input.ts";
import { writeOutput } from "../output.ts";
import { needsTimes, type SelectionOptions, select } from "../selection.ts";
import type { Terminal } from "../terminal.ts";
import { readViewer } from "../viewer.ts";

export interface ConvertOptions extends SelectionOptions {
	readonly format?: ProfileFormat;
	readonly output?: string;
	readonly title?: string;
}

/** Formats that tell when each sample was taken. */
const WITH_TIMES: readonly ProfileFormat[] = ["pprof", "gecko", "cpuprofile"];

/** `convert FILE`: any input to any output. */
export async function convert(path: string, options: ConvertOptions, terminal: Terminal): Promise<void> {
	const format = chooseFormat(options, WRITABLE_FORMATS);
	const viewer = format === "html" ? readViewer() : null;
	const keepTimes = WITH_TIMES.includes(format) || needsTimes(options);
	const { profile, value } = select(await readInput(path, { ...options, keepTimes }, terminal), options);
	const { title = inputTitle(path), output } = options;
	const gzip = format === "pprof" || output?.endsWith(".gz") === true;
	const chunks = profileChunks(profile, format, { title, value, viewer });
	await writeOutput(chunks, { path: output, isBinary: gzip, gzip }, terminal);
}
