import type { Profile } from "../model.ts";
import { readProfile } from "../read/read-profile.ts";
import { pieces } from "./damaged-profiles.ts";

/** Reads what is to be written as JSON, or a text. */
export async function readAs(format: string, value: unknown): Promise<Profile> {
	const text = typeof value === "string" ? value : JSON.stringify(value);
	const result = await readProfile(pieces(new TextEncoder().encode(text), 4096));
	if (result.format !== format) throw new Error(`it was read as ${result.format}`);
	return result.profile;
}

/** Values of each sample by `thread: name;name`, the thread left out where it is not known. */
export function valuesByStack({ samples, stacks, frames, threads }: Profile): Record<string, number[]> {
	const byStack: Record<string, number[]> = {};
	for (let row = 0; row < samples.length; row++) {
		const names: string[] = [];
		for (let at = samples.stack[row]; at > 0; at = stacks.parent[at])
			names.push(frames[stacks.frame[at]].name);
		const thread = threads[samples.thread[row]];
		const stack = names.reverse().join(";");
		byStack[thread === undefined ? stack : `${thread.name}: ${stack}`] = samples.values.map((column) =>
			Number(column[row]),
		);
	}
	return byStack;
}
