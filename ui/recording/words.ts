import type { CallGraph, Recording, RecordingState, RecordingTarget } from "../../contract/recording.ts";
import { counted, printable } from "../wording.ts";

export const STATE_WORDS: Record<RecordingState, string> = {
	starting: "Starting",
	recording: "Recording",
	finishing: "Finishing",
	finished: "Finished",
	failed: "Failed",
};

type Color = "blue" | "green" | "red" | "orange" | "grey";

export const STATE_COLORS: Record<RecordingState, Color> = {
	starting: "blue",
	recording: "blue",
	finishing: "orange",
	finished: "green",
	failed: "red",
};

/** What was recorded, in a few words: the pod, and the part of it that was chosen. */
export function titleOf({ pod, container, pid }: RecordingTarget): string {
	if (pid !== undefined) return `${printable(pod, 253)}, PID ${pid}`;
	if (container !== undefined) return `${printable(pod, 253)}, ${printable(container, 253)}`;
	return printable(pod, 253);
}

const CALL_GRAPH_WORDS: Record<CallGraph, string> = {
	fp: "frame pointers",
	dwarf: "DWARF",
	lbr: "LBR",
};

/** What a sample is taken of; events without a word here go by their own name. */
const EVENT_WORDS: Record<string, string> = { "cpu-clock": "CPU time", cycles: "CPU cycles" };

/** How it was recorded: "perf, 99 samples a second of CPU time, frame pointers". */
export function methodOf({ profiler, event, frequency, callGraph }: Recording): string {
	const what = EVENT_WORDS[event] ?? printable(event, 80);
	return `${profiler}, ${counted(frequency, "sample")} a second of ${what}, ${CALL_GRAPH_WORDS[callGraph]}`;
}
