import type { SymbolFault, SymbolQuality } from "../contract/recording.ts";
import { ProfileBuilder } from "./builder.ts";
import { type CallTree, callTreeOf } from "./call-tree.ts";
import { type CutStacks, cutStacksOf } from "./cut-stacks.ts";
import type { Frame, Profile } from "./model.ts";

/** Modules reported at most. */
const MAX_MODULES = 20;

/** A module's frames, weighted by the samples they are in. */
export interface ModuleWeight {
	readonly module: string;
	readonly named: number;
	readonly total: number;
	/** samples that end in it and have lost their callers; 0 where that is not the rule */
	readonly cutOff: number;
}

/** Why a module's frames have no names, or no callers, and the one line that mends it; undefined: nobody knows. */
export type SymbolHint = (
	module: ModuleWeight,
) => { fault: SymbolFault; reason: string; fix: string } | undefined;

/**
 * How many frames have a name, each weighted by the samples it is in. The command's name at the root of a stack is no
 * frame in this sense: it has no module, and a name.
 * @param hint asked for each module that is reported
 */
export function symbolQuality(source: Profile | ProfileBuilder, hint?: SymbolHint): SymbolQuality {
	const tree = source instanceof ProfileBuilder ? source.sampledTree() : callTreeOf(source);
	const modules = weighModules(tree, cutStacksOf(tree));
	let named = 0;
	let total = 0;
	for (const module of modules) {
		named += module.named;
		total += module.total;
	}
	const worst = modules
		.filter((module) => badness(module) > 0)
		.sort((a, b) => badness(b) - badness(a))
		.slice(0, MAX_MODULES);
	return {
		named,
		total,
		modules: worst.map(({ cutOff, ...module }) => ({
			...module,
			...(cutOff === 0 ? {} : { cutOff }),
			...hint?.({ ...module, cutOff }),
		})),
	};
}

function badness({ named, total, cutOff }: ModuleWeight): number {
	return total - named + cutOff;
}

function weighModules(tree: CallTree, cutStacks: CutStacks): ModuleWeight[] {
	const modules = new Map<string, { named: number; total: number }>();
	const weight = new Float64Array(tree.frames.length);
	for (let node = 1; node < tree.length; node++) weight[tree.frame[node]] += tree.total[node];
	for (const [index, frame] of tree.frames.entries()) {
		if (weight[index] === 0 || isCommand(frame)) continue;
		let entry = modules.get(frame.module);
		if (entry === undefined) {
			entry = { named: 0, total: 0 };
			modules.set(frame.module, entry);
		}
		entry.total += weight[index];
		if (frame.kind !== "unknown") entry.named += weight[index];
	}
	return Array.from(modules, ([module, entry]) => ({
		...entry,
		module,
		cutOff: cutStacks.get(module) ?? 0,
	}));
}

/** The command at the root of a stack; `module` is that of no frame of code. */
function isCommand(frame: Frame): boolean {
	return frame.module === "" && frame.kind === "user";
}
