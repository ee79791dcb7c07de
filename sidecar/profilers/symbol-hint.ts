import { baseName } from "../../profile/frame-name.ts";
import type { SymbolHint } from "../../profile/symbol-quality.ts";
import type { ProcessInfo } from "../targets/process-info.ts";
import { runtimeOf } from "../targets/runtime.ts";
import { nameHint } from "./perf/support.ts";

/** Processes looked at: those of one target rarely differ. */
const LOOKED_AT = 16;

/** Whether the agent has the rights to read the files that a target runs, where they lie: in its mount namespace. */
export type SymbolFiles = "read" | "unread";

/** Why frames of a module have no name or no callers and what to do about it, for the processes of one recording. */
export async function symbolHintOf(
	processes: readonly ProcessInfo[],
	symbolFiles: SymbolFiles = "read",
): Promise<SymbolHint> {
	const looked = await Promise.all(
		processes.slice(0, LOOKED_AT).map(async (process) => {
			const runtime = await runtimeOf(process.pid);
			return { runtime, hint: await nameHint(runtime, process.pid) };
		}),
	);
	const runtimes = new Set(looked.map(({ runtime }) => runtime));
	const jit = looked.find(({ hint }) => hint !== undefined)?.hint;
	return ({ module, named, total, cutOff }) => {
		// a name for each frame does not help where the frames are the wrong ones
		if (cutOff > total - named)
			return module === "[jit]" && runtimes.has("java") ? JAVA_CALLERS : cut(module);
		if (module === "[jit]" || module === "") {
			if (jit) return { fault: "no-map", reason: jit.hint, fix: jit.fix };
			return module === "" ? NOWHERE : JIT_WITHOUT_MAP;
		}
		if (module === "[kernel]") return HIDDEN_KERNEL;
		if (!module.startsWith("/")) return undefined;
		return symbolFiles === "unread" ? UNREAD : stripped(module);
	};
}

/**
 * Adds what came out while recording.
 * @param unreadable why a file could not be read, by its path
 */
export function withUnreadable(hint: SymbolHint, unreadable: ReadonlyMap<string, string>): SymbolHint {
	return (weight) => {
		const reason = weight.total > weight.named + weight.cutOff ? unreadable.get(weight.module) : undefined;
		return reason === undefined ? hint(weight) : unread(weight.module, reason);
	};
}

const JIT_WITHOUT_MAP = {
	fault: "no-map",
	reason: "This code was compiled while the program ran, and no map of it was found.",
	fix: "Let the runtime write /tmp/perf-PID.map (see its documentation on perf).",
} as const;

const NOWHERE = {
	fault: "no-frame-pointers",
	reason: "These addresses lie in no file: without frame pointers, other values are taken for callers.",
	fix: "Build the program with -fno-omit-frame-pointer, or record with the call graph dwarf.",
} as const;

const JAVA_CALLERS = {
	fault: "no-frame-pointers",
	reason: "Stacks have one or two frames: the code that Java compiled keeps no frame pointers.",
	fix: "Start it with JAVA_TOOL_OPTIONS=-XX:+PreserveFramePointer.",
} as const;

const HIDDEN_KERNEL = {
	fault: "hidden-kernel",
	reason: "The kernel hides its symbols from this user.",
	fix: "Run Furnace as root, or: sysctl kernel.kptr_restrict=0 kernel.perf_event_paranoid=1",
} as const;

const UNREAD = {
	fault: "out-of-reach",
	reason:
		"The agent runs with capabilities only: perf, which unwinds by DWARF, cannot enter the container to read this file.",
	fix: "Record without call graphs by DWARF, or set spec.sidecar.privilege to privileged in the Furnace resource, then restart the pod.",
} as const;

function cut(module: string) {
	return {
		fault: "no-frame-pointers",
		reason:
			"Stacks have one or two frames: this code was compiled without frame pointers, so its callers are lost.",
		fix: `Build ${baseName(module)} with -fno-omit-frame-pointer (Rust: -C force-frame-pointers=yes), or record with the call graph dwarf.`,
	} as const;
}

function stripped(module: string) {
	return {
		fault: "stripped",
		reason: "The file has no symbol table: it was stripped.",
		fix: `Install the debug symbols of ${module} (Debian: the package's -dbgsym), or build it without strip.`,
	} as const;
}

function unread(module: string, reason: string) {
	return {
		fault: "unreadable",
		reason: `The file could not be read: ${reason}.`,
		fix: `Keep ${module} as it is, and in its place, while its processes are recorded.`,
	} as const;
}
