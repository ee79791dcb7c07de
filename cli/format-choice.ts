import { FORMAT_NAMES, FORMATS, type Format } from "../contract/formats.ts";
import { CommandError, EXIT } from "./terminal.ts";

/** What a profile can be written as; perf.data is what it was made from. */
export const WRITABLE_FORMATS = FORMAT_NAMES.filter((format) => format !== "perf.data");

/** Other endings that a format has elsewhere. */
const OTHER_ENDINGS: Readonly<Record<string, Format>> = {
	pprof: "pprof",
	pb: "pprof",
	collapsed: "folded",
	htm: "html",
};

/**
 * The format that is wanted: the one that was named, else by the ending of the file to write.
 * @param among formats that can be written
 * @throws CommandError when neither tells
 */
export function chooseFormat<F extends Format>(
	{ format, output }: { format?: F; output?: string },
	among: readonly F[],
): F {
	if (format !== undefined) return format;
	const guessed = output === undefined ? undefined : formatOfPath(output, among);
	if (guessed !== undefined) return guessed;
	const known = among.join(", ");
	const words =
		output === undefined
			? "Which format? Name one by --format"
			: `"${output}" tells no format: name one by --format`;
	throw new CommandError(`${words} (${known}).`, EXIT.usage);
}

function formatOfPath<F extends Format>(path: string, among: readonly F[]): F | undefined {
	const name = path.toLowerCase();
	const endings: [string, Format][] = [
		...Object.entries(FORMATS).map(([format, { extension }]): [string, Format] => [
			extension,
			format as Format,
		]),
		...Object.entries(OTHER_ENDINGS),
	];
	// the longest wins: .speedscope.json is no call tree
	const [best] = endings
		.filter(([ending]) => name.endsWith(`.${ending}`) || name.endsWith(`.${ending}.gz`))
		.sort(([a], [b]) => b.length - a.length);
	return best === undefined ? undefined : among.find((format) => format === best[1]);
}
