import { type ProfileDiff, shareOf } from "../diff/diff.ts";
import { changedFunctions, type FunctionChange } from "../diff/functions.ts";
import { weightText } from "../weight-text.ts";
import type { DiffTitles } from "./diff.ts";

const LINES_PER_CHUNK = 2048;

/** A table of all functions, the one whose self weight changed most first, under a header with both totals. */
export function* diffTextChunks(diff: ProfileDiff, { title, names }: DiffTitles): Generator<string> {
	const functions = changedFunctions(diff);
	const columns = ["self", "was", "is", "total", "was", "is"];
	yield `${title}\n${totalsText(diff, names)}\n${explanation(diff)}\n\n`;
	const rows = functions.map((entry) => numbersOf(diff, entry));
	const widths = columns.map((heading, at) =>
		rows.reduce((width, row) => Math.max(width, row[at].length), heading.length),
	);
	const lineOf = (numbers: readonly string[], name: string): string =>
		`${numbers.map((text, at) => text.padStart(widths[at])).join("  ")}  ${name}\n`;
	yield lineOf(columns, "function  module");
	for (let start = 0; start < rows.length; start += LINES_PER_CHUNK) {
		yield rows
			.slice(start, start + LINES_PER_CHUNK)
			.map((row, index) => lineOf(row, nameOf(functions[start + index])))
			.join("");
	}
}

/** The totals of both: `old: 100 samples; new: 120 samples`. */
export function totalsText({ base, comparison, unit }: ProfileDiff, names: DiffTitles["names"]): string {
	const [before, after] = [base, comparison].map(({ total }) => `${weightText(total[0])} ${unit}`);
	return `${names[0]}: ${before}; ${names[1]}: ${after}`;
}

export function explanation({ normalized, unit }: ProfileDiff): string {
	return normalized ? "Changes are percentage points of the totals." : `Changes are ${unit}.`;
}

/** Change, before and after: of the self weight, then of the total. */
export function numbersOf(diff: ProfileDiff, entry: FunctionChange): string[] {
	const { base, comparison, selfChange, totalChange } = entry;
	const weight = (value: number, whole: number): string =>
		diff.normalized ? `${(100 * shareOf(value, whole)).toFixed(2)}%` : weightText(value);
	return [
		changeText(diff, selfChange),
		weight(base.self, diff.base.total[0]),
		weight(comparison.self, diff.comparison.total[0]),
		changeText(diff, totalChange),
		weight(base.total, diff.base.total[0]),
		weight(comparison.total, diff.comparison.total[0]),
	];
}

/** A change with its sign; that of a share in percentage points. */
export function changeText({ normalized }: ProfileDiff, change: number): string {
	const text = normalized ? (100 * change).toFixed(2) : weightText(change);
	if (/^-?0(?:\.0+)?$/.test(text)) return text.replace("-", "");
	return change > 0 ? `+${text}` : text;
}

function nameOf({ name, module }: FunctionChange): string {
	return module === "" ? name : `${name}  ${module}`;
}
