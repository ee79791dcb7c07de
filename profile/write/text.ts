import type { CallTree } from "../call-tree.ts";
import { type FunctionWeight, topFunctions } from "../top.ts";
import { percentText, weightText } from "../weight-text.ts";

const LINES_PER_CHUNK = 2048;

/**
 * A table of all functions, the one with the most self weight first, under a header with the total.
 * @param most rows in the table; default: all
 */
export function* textChunks(tree: CallTree, title: string, most?: number): Generator<string> {
	const ranked = topFunctions(tree);
	const functions = ranked.slice(0, most);
	const shown = functions.length < ranked.length ? `, the first ${functions.length}` : "";
	const total = tree.total[0];
	const width = Math.max(8, weightText(total).length);
	yield `${title}\nTotal: ${weightText(total)} ${tree.unit}, ${ranked.length} functions${shown}\n\n`;
	yield `${"self".padStart(width)}   self%  ${"total".padStart(width)}  total%  function  module\n`;
	const lineOf = (entry: FunctionWeight): string => {
		const self = `${weightText(entry.self).padStart(width)} ${percentText(entry.self, total).padStart(6)}%`;
		const all = `${weightText(entry.total).padStart(width)} ${percentText(entry.total, total).padStart(6)}%`;
		return `${self}  ${all}  ${entry.name}${entry.module === "" ? "" : `  ${entry.module}`}\n`;
	};
	for (let start = 0; start < functions.length; start += LINES_PER_CHUNK) {
		yield functions
			.slice(start, start + LINES_PER_CHUNK)
			.map(lineOf)
			.join("");
	}
}
