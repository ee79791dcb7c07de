import type { Frame, Profile, StackTable } from "./model.ts";
import { StackTree } from "./stack-tree.ts";

/** Stacks of functions, whatever the lines in which these call each other. */
export interface FunctionStacks {
	/** one for each function; its line is 0 where it has several, its file the first that is known */
	readonly frames: readonly Frame[];
	readonly stacks: StackTable;
	/** of each of the profile's stacks */
	readonly stackOf: Int32Array;
}

/** A function: what its frames have in common. */
export function functionKey({ name, module, kind }: Frame): string {
	return `${kind}\n${module}\n${name}`;
}

/** @returns undefined: each function has one frame, and nothing is to be merged */
export function functionStacks({
	frames,
	stacks,
}: Pick<Profile, "frames" | "stacks">): FunctionStacks | undefined {
	const index = new Map<string, number>();
	const functions: Frame[] = [];
	const functionOf = new Int32Array(frames.length);
	for (const [at, frame] of frames.entries()) {
		const key = functionKey(frame);
		const known = index.get(key);
		if (known === undefined) index.set(key, functions.push(frame) - 1);
		else functions[known] = { ...frame, file: functions[known].file || frame.file, line: 0 };
		functionOf[at] = known ?? functions.length - 1;
	}
	if (functions.length === frames.length) return undefined;
	const tree = new StackTree();
	const stackOf = new Int32Array(stacks.length);
	for (let stack = 1; stack < stacks.length; stack++) {
		stackOf[stack] = tree.child(stackOf[stacks.parent[stack]], functionOf[stacks.frame[stack]]);
	}
	const { length, parent, frame } = tree;
	const columns = { length, parent: parent.slice(0, length), frame: frame.slice(0, length) };
	return { frames: functions, stacks: columns, stackOf };
}
