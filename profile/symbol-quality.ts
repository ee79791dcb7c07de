import type { SymbolQuality } from "../contract/recording.ts";
import { ProfileBuilder } from "./builder.ts";
import { type CallTree, callTreeOf } from "./call-tree.ts";
import type { Frame, Profile } from "./model.ts";

/** Modules reported at most. */
const MAX_MODULES = 20;

/** Why a module's frames have no names, and the one line that mends it. */
export type SymbolHint = (module: string) => { reason: string; fix: string } | undefined;

/**
 * How many frames have a name, each weighted by the samples it is in. The command's name at the root of a stack is no
 * frame in this sense: it has no module, and a name.
 * @param hint asked for each module with nameless frames
 */
export function symbolQuality(source: Profile | ProfileBuilder, hint?: SymbolHint): SymbolQuality {
	const tree = source instanceof ProfileBuilder ? source.tree() : callTreeOf(source);
	const modules = weighModules(tree);
	let named = 0;
	let total = 0;
	for (const module of modules.values()) {
		named += module.named;
		total += module.total;
	}
	const worst = [...modules.values()]
		.filter((module) => module.named < module.total)
		.sort((a, b) => b.total - b.named - (a.total - a.named))
		.slice(0, MAX_MODULES);
	return { named, total, modules: worst.map((module) => ({ ...module, ...hint?.(module.module) })) };
}

interface ModuleWeight {
	readonly module: string;
	named: number;
	total: number;
}

function weighModules(tree: CallTree): Map<string, ModuleWeight> {
	const modules = new Map<string, ModuleWeight>();
	const weight = new Float64Array(tree.frames.length);
	for (let node = 1; node < tree.length; node++) weight[tree.frame[node]] += tree.total[node];
	for (const [index, frame] of tree.frames.entries()) {
		if (weight[index] === 0 || isCommand(frame)) continue;
		let entry = modules.get(frame.module);
		if (entry === undefined) {
			entry = { module: frame.module, named: 0, total: 0 };
			modules.set(frame.module, entry);
		}
		entry.total += weight[index];
		if (frame.kind !== "unknown") entry.named += weight[index];
	}
	return modules;
}

function isCommand(frame: Frame): boolean {
	return frame.module === "" && frame.kind === "user";
}
