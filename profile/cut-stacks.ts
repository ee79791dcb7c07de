import type { CallTree } from "./call-tree.ts";
import type { Frame } from "./model.ts";

/** Samples whose callers are lost, by the module they end in; only modules where that is the rule. */
export type CutStacks = ReadonlyMap<string, number>;

/**
 * Without frame pointers the kernel finds the function that runs and, at best, one value that it takes for a caller: stacks
 * of one or two frames.
 */
const FRAMES_OF_CUT_STACK = 2;
/** Fewer samples of a module prove nothing. */
const FEWEST_SAMPLES = 20;
const RULE = 0.5;

/** What calls a thread's first function: a stack that begins there is whole, however short. */
const STARTING =
	/^(?:_?_?start|_dl_start.*|__libc_start_.*|__?clone3?|clone3?|start_thread|thread_start|_rt0_.*|runtime\.(?:goexit|mstart.*|mcall|rt0_go|morestack|systemstack).*|main)$/;
/** What begins threads may have no symbols itself. */
const STARTING_MODULE = /\/(?:libc|libpthread|ld)[-.][^/]*$|^\[(?:vdso|vsyscall|guest)\]$/;

/** Finds modules whose code keeps no frame pointers, by the stacks that end in it. */
export function cutStacksOf(tree: CallTree): CutStacks {
	const all = new Map<string, number>();
	const cut = new Map<string, number>();
	for (let node = 1; node < tree.length; node++) {
		const weight = tree.self[node];
		const ending = weight > 0 ? endingOf(tree, node) : undefined;
		if (ending === undefined) continue;
		add(all, ending.module, weight);
		if (ending.isCut) add(cut, ending.module, weight);
	}
	return new Map(
		[...cut].filter(([module, weight]) => {
			const total = all.get(module) ?? 0;
			return total >= FEWEST_SAMPLES && weight > RULE * total;
		}),
	);
}

/** @returns the module of the innermost frame that is not the kernel's; undefined: there is none, or it is not known */
function endingOf(tree: CallTree, node: number): { module: string; isCut: boolean } | undefined {
	let leaf: Frame | undefined;
	let root: Frame | undefined;
	let count = 0;
	for (let at = node; at > 0 && count <= FRAMES_OF_CUT_STACK; at = tree.parent[at]) {
		const frame = tree.frames[tree.frame[at]];
		if (isOfKernel(frame) || (frame.module === "" && frame.kind === "user")) continue;
		leaf ??= frame;
		root = frame;
		count++;
	}
	if (leaf === undefined || root === undefined || leaf.module === "") return undefined;
	const isCut =
		count <= FRAMES_OF_CUT_STACK && !STARTING.test(root.name) && !STARTING_MODULE.test(root.module);
	return { module: leaf.module, isCut };
}

function isOfKernel({ kind, module }: Frame): boolean {
	return kind === "kernel" || module === "[kernel]";
}

function add(weights: Map<string, number>, module: string, weight: number): void {
	weights.set(module, (weights.get(module) ?? 0) + weight);
}
