import { Value } from "typebox/value";
import {
	CALL_GRAPHS,
	type CallGraph,
	DEFAULT_FREQUENCY,
	EVENTS,
	type ProfilerName,
	RecordingRequest,
} from "../../contract/recording.ts";
import type { RecordChoice } from "../navigation.ts";

/** The form's fields as typed. */
export interface RecordingOptions {
	/** else: until stopped */
	timed: boolean;
	seconds: string;
	frequency: string;
	event: (typeof EVENTS)[number];
	callGraph: CallGraph;
}

export const DEFAULT_OPTIONS: RecordingOptions = {
	timed: false,
	seconds: "30",
	frequency: String(DEFAULT_FREQUENCY),
	event: EVENTS[0],
	callGraph: CALL_GRAPHS[0],
};

const { durationSeconds, frequency } = RecordingRequest.properties;

/** The limits the agent will hold the numbers to, for hints and messages. */
export const LIMITS = { seconds: boundsOf(durationSeconds), frequency: boundsOf(frequency) };

export interface OptionErrors {
	seconds?: string;
	frequency?: string;
}

export function checkOptions(options: RecordingOptions): OptionErrors {
	const errors: OptionErrors = {};
	if (options.timed && !isValid(options.seconds, durationSeconds)) {
		errors.seconds = `A number from ${LIMITS.seconds.minimum} to ${LIMITS.seconds.maximum}`;
	}
	if (!isValid(options.frequency, frequency)) {
		errors.frequency = `A whole number from ${LIMITS.frequency.minimum} to ${LIMITS.frequency.maximum}`;
	}
	return errors;
}

/** The request for options that `checkOptions` found no fault with. */
export function requestOf(
	options: RecordingOptions,
	choice: RecordChoice,
	profiler: ProfilerName,
): RecordingRequest {
	return {
		profiler,
		event: options.event,
		frequency: Number(options.frequency),
		callGraph: options.callGraph,
		...(options.timed ? { durationSeconds: Number(options.seconds) } : {}),
		...(choice.pid === undefined ? {} : { pid: choice.pid }),
		...(choice.container === undefined ? {} : { container: choice.container }),
	};
}

function isValid(text: string, schema: typeof durationSeconds | typeof frequency): boolean {
	return text.trim() !== "" && Value.Check(schema, Number(text));
}

/** The schema library keeps these from its types. */
function boundsOf(schema: object): { minimum: number; maximum: number } {
	return schema as { minimum: number; maximum: number };
}
