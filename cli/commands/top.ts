import { callTreeOf } from "../../profile/call-tree.ts";
import { topFunctions } from "../../profile/top.ts";
import { textChunks } from "../../profile/write/text.ts";
import { inputTitle, readInput } from "../input.ts";
import { writeOutput } from "../output.ts";
import { needsTimes, type SelectionOptions, select } from "../selection.ts";
import type { Terminal } from "../terminal.ts";

export interface TopOptions extends SelectionOptions {
	/** functions to list, 0: all */
	readonly number: number;
	readonly format: "txt" | "json";
}

/** `top FILE`: the functions with the most self weight. */
export async function top(path: string, options: TopOptions, terminal: Terminal): Promise<void> {
	const input = await readInput(path, { ...options, keepTimes: needsTimes(options) }, terminal);
	const { profile, value } = select(input, options);
	const tree = callTreeOf(profile, { value });
	const most = options.number === 0 ? undefined : options.number;
	const text =
		options.format === "txt"
			? [...textChunks(tree, inputTitle(path), most)].join("")
			: `${JSON.stringify({ unit: tree.unit, total: tree.total[0], functions: topFunctions(tree).slice(0, most) })}\n`;
	await writeOutput(once(text), { path: undefined, isBinary: false, gzip: false }, terminal);
}

async function* once(text: string): AsyncGenerator<Uint8Array> {
	yield new TextEncoder().encode(text);
}
