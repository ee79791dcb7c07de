import type { RunEnd } from "../profiler.ts";
import type { Exit } from "../tool-process.ts";
import { causeOfExit, exitSentence, wordsOf } from "./causes.ts";

interface ToolEnd {
	readonly exit: Exit;
	/** by our kill ladder */
	readonly killed: boolean;
}

/** Why a run of `perf record` and `perf script` ended, from how both did; the recorder's reason comes first. */
export function concludeRun(record: ToolEnd & { readonly said: readonly string[] }, script: ToolEnd): RunEnd {
	if (record.killed) return { cause: "tool-stuck", detail: "It was perf record." };
	if (script.killed) return { cause: "tool-stuck", detail: "It was perf script." };
	const cause = causeOfExit(record.exit, record.said);
	const scriptFailed = script.exit.code !== 0;
	// a recorder that dies of the reader's death is not the one to blame
	if (scriptFailed && (cause === null || record.exit.signal === "SIGTERM")) {
		return { cause: "tool-failed", detail: exitSentence("perf script", script.exit) };
	}
	if (cause === null) return { cause: null };
	if (cause === "tool-failed") return { cause, detail: exitSentence("perf record", record.exit) };
	// event and call graph both may be what does not work here
	const words = cause === "event-unsupported" ? wordsOf(cause, record.said) : undefined;
	return words === undefined ? { cause } : { cause, detail: `perf says: ${words}` };
}
