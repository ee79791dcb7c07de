import { cleanText } from "../profile/frame-name.ts";
import { ProfileFormatError } from "../profile/model.ts";

/** Formats of lines: where reading failed is a line there, else a byte. */
const LINES = new Set(["folded", "perf-script", "bpftrace"]);
const READING: Record<string, string> = {
	ENOENT: "there is no such file",
	EACCES: "you may not read it",
	EISDIR: "it is a folder",
};
const WRITING: Record<string, string> = {
	ENOENT: "there is no such folder, make it first",
	EACCES: "you may not write there",
	EISDIR: "it is a folder, name a file in it",
	ENOSPC: "the disk is full",
};

/** An input that could not be read, by the name that the user gave it. */
export class InputError extends Error {
	override name = "InputError";
	readonly input: string;

	constructor(input: string, cause: unknown) {
		super(`${input} could not be read`, { cause });
		this.input = input;
	}
}

/** An output that could not be written, by the name that the user gave it. */
export class OutputError extends Error {
	override name = "OutputError";
	readonly output: string;

	constructor(output: string, cause: unknown) {
		super(`${output} could not be written`, { cause });
		this.output = output;
	}
}

/** One line: which file, where, why, and what to do next. */
export function failureText(error: unknown): string {
	return cleanText(lineOf(error).replaceAll(/\s*\n\s*/g, " "));
}

function lineOf(error: unknown): string {
	if (error instanceof InputError) return `${error.input}: ${reasonOf(error.cause, READING)}`;
	if (error instanceof OutputError) return `${error.output}: ${reasonOf(error.cause, WRITING)}`;
	return reasonOf(error, {});
}

function reasonOf(error: unknown, reasons: Record<string, string>): string {
	if (error instanceof ProfileFormatError) {
		const { format, offset, message } = error;
		const reason = message.slice(`${format}: `.length).replace(/ \(at \d+\)$/, "");
		const isText = LINES.has(format) || reason.includes("text");
		return `${format}: ${reason} at ${isText ? "line" : "byte"} ${offset}. ${nextStep(error)}`;
	}
	if (!(error instanceof Error)) return String(error);
	const { code = "" } = error as NodeJS.ErrnoException;
	return reasons[code] ?? error.message;
}

function nextStep({ format, message }: ProfileFormatError): string {
	if (format === "input" || message.includes("of no known format"))
		return "See --help for the formats that can be read.";
	return "Is the file complete? Record or copy it again.";
}
