import type { CauseCode } from "../../../contract/recording.ts";
import type { Exit } from "../tool-process.ts";

/** perf's own words (6.1 to 6.17, LC_ALL=C) and what they mean; first hit wins. */
const WORDS: readonly (readonly [RegExp, CauseCode])[] = [
	[
		/Permission error mapping pages|failed to mmap.*(?:memory|permitted)|Cannot allocate memory/i,
		"out-of-memory",
	],
	[/Too many events are opened|Too many open files/i, "too-many-descriptors"],
	[
		/Access to performance monitoring|No permission to|You may not have permission|Permission denied|Operation not permitted/i,
		"not-permitted",
	],
	[/No such process|Couldn't create thread\/CPU maps/i, "target-gone"],
	[
		/doesn't support|not supported|No hardware sampling|invalid or unsupported event|event syntax error|unknown tracepoint/i,
		"event-unsupported",
	],
	[/No space left on device/i, "disk-full"],
];

/**
 * Why `perf record` ended, by its exit and what it said.
 * @returns null: in order, because it was asked or its target ended
 */
export function causeOfExit(exit: Exit, said: readonly string[]): CauseCode | null {
	if (exit.code === 0) return null;
	const text = said.join("\n");
	return WORDS.find(([words]) => words.test(text))?.[1] ?? "tool-failed";
}

/** The line that tells of a cause. */
export function wordsOf(cause: CauseCode, said: readonly string[]): string | undefined {
	const words = WORDS.find(([, code]) => code === cause)?.[0];
	return words && said.find((line) => words.test(line));
}

/** The exit as a sentence. */
export function exitSentence(tool: string, exit: Exit): string {
	return exit.signal === null
		? `${tool} ended with exit code ${exit.code}.`
		: `${tool} was ended by ${exit.signal}.`;
}
