import { readFileSync, writeFileSync } from "node:fs";
import { parseV8Name } from "../../profile/read/v8-name.ts";
import { add, differentCounts, type FoldedCounts, parseFolded } from "./folded-counts.ts";
import { readScriptText, run, type SampleFrame } from "./samples.ts";

/** Another program that folds what perf script prints; it weighs samples by their periods. */
export interface Collapser {
	readonly name: string;
	readonly command: string;
	/** how to get it, for who reads that it is missing */
	readonly source: string;
}

export const COLLAPSERS: readonly Collapser[] = [
	{ name: "inferno", command: "inferno-collapse-perf", source: "cargo install inferno" },
	{ name: "FlameGraph", command: "stackcollapse-perf.pl", source: "of 2018 or later, on the PATH" },
];

/**
 * Both fold one text of perf script, ours being the profile's reader.
 * @returns stacks that the two count differently, once what they are known to spell differently is spelled alike
 */
export async function collapseDifferences({ command }: Collapser, path: string): Promise<string[]> {
	const plain = `${path}.plain`;
	writeFileSync(plain, plainText(readFileSync(path, "utf8")));
	const { samples } = await readScriptText(plain);
	const ours = new Map<string, number>();
	for (const sample of samples) {
		const [process, ...frames] = sample.frames;
		// of a process that is ending; they take the line for none of a sample
		if (sample.pid < 0 || sample.tid < 0) continue;
		addStack(ours, process.name, frames.map(frameOfOurs), sample.period);
	}
	return differentCounts(theirCounts(await run(command, [plain])), ours);
}

/** Neither tool reads the lines between samples; both take `(deleted)` behind a file for the file. */
function plainText(text: string): string {
	return text.replaceAll(/^.* PERF_RECORD_.*\n/gm, "").replaceAll(" (deleted))\n", ")\n");
}

function theirCounts(folded: string): FoldedCounts {
	const counts = new Map<string, number>();
	for (const [stack, weight] of parseFolded(folded)) {
		const [process, ...frames] = stack.split(";");
		addStack(counts, process, frames.map(frameOfTheirs), weight);
	}
	return counts;
}

/**
 * What both are known to do otherwise: they put `_` for blanks in a process's name; keep what stands at the root where
 * frame pointers stop, which is no address; and leave out functions whose names begin with a bracket, taking them for
 * names of processes. One of them leaves out samples without a stack.
 */
function addStack(
	counts: Map<string, number>,
	process: string,
	frames: readonly (string | undefined)[],
	weight: number,
): void {
	const kept = frames.filter((frame) => frame !== undefined && frame !== "" && !frame.startsWith("("));
	const start = kept.findIndex((frame) => frame !== UNKNOWN);
	if (start === -1) return;
	add(counts, [process.replaceAll(" ", "_"), ...kept.slice(start)].join(";"), weight);
}

const UNKNOWN = "[unknown]";
const JIT = "[[jit]]";
/** Memory with code that no file has, in brackets since it has no name. */
const JIT_MEMORY = /^\[(?:perf-\d+\.map|anon|anon_hugepage|zero|\[heap\]|\[stack.*|memfd:.*|SYSV.*)\]$/;
const KERNEL = /^\[\[(?:guest\.)?kernel(?:\.\w+)?\]\]$/;
/** What stands behind an arrow is a function inlined there, to them. */
const INLINED = "_[i]";
/** Longer ones are cut by us. */
const LONGEST = 1000;

/** What has no name is its file in brackets, to them, and an offset in the file to us. */
function frameOfOurs({ name }: SampleFrame): string {
	const nameless = /^(.*)\+0x[0-9a-f]+$/.exec(name);
	if (nameless === null) return common(name);
	const [, module] = nameless;
	if (module === UNKNOWN || module === "[kernel]") return UNKNOWN;
	return `[${module}]`;
}

/** Ours names functions of JavaScript without their place, which is told apart. */
function frameOfTheirs(name: string): string | undefined {
	if (name.endsWith(INLINED)) return undefined;
	if (KERNEL.test(name)) return UNKNOWN;
	if (JIT_MEMORY.test(name)) return JIT;
	return common(parseV8Name(name)?.name ?? name);
}

/** Both cut names at a bracket that they take for that of parameters, one more than the other; one drops quotes. */
function common(name: string): string {
	if (name.startsWith("[")) return name;
	return name.replaceAll(";", ":").replaceAll(/["']/g, "").split(/\(|->/)[0].slice(0, LONGEST);
}
