import type { SymbolHint } from "../../profile/symbol-quality.ts";
import type { ProcessInfo } from "../targets/process-info.ts";
import { runtimeOf } from "../targets/runtime.ts";
import { nameHint } from "./perf/support.ts";

/** Processes looked at: those of one target rarely differ. */
const LOOKED_AT = 16;

/** Whether the agent has the rights to read the files that a target runs, where they lie: in its mount namespace. */
export type SymbolFiles = "read" | "unread";

/** Why frames of a module have no name and what to do about it, for the processes of one recording. */
export async function symbolHintOf(
	processes: readonly ProcessInfo[],
	symbolFiles: SymbolFiles = "read",
): Promise<SymbolHint> {
	const hints = await Promise.all(
		processes.slice(0, LOOKED_AT).map(async (process) => nameHint(await runtimeOf(process.pid), process.pid)),
	);
	const jit = hints.find((hint) => hint !== undefined);
	return (module) => {
		if (module === "[jit]" || module === "") {
			return jit ? { reason: jit.hint, fix: jit.fix } : JIT_WITHOUT_MAP;
		}
		if (module === "[kernel]") return HIDDEN_KERNEL;
		if (!module.startsWith("/")) return undefined;
		return symbolFiles === "unread" ? UNREAD : stripped(module);
	};
}

const JIT_WITHOUT_MAP = {
	reason: "This code was compiled while the program ran, and no map of it was found.",
	fix: "Let the runtime write /tmp/perf-PID.map (see its documentation on perf).",
};

const HIDDEN_KERNEL = {
	reason: "The kernel hides its symbols from this user.",
	fix: "Run Furnace as root, or: sysctl kernel.kptr_restrict=0 kernel.perf_event_paranoid=1",
};

const UNREAD = {
	reason:
		"The agent runs with capabilities only: perf, which unwinds by DWARF, cannot enter the container to read this file.",
	fix: "Record without call graphs by DWARF, or set spec.sidecar.privilege to privileged in the Furnace resource, then restart the pod.",
};

function stripped(module: string) {
	return {
		reason: "The file has no symbol table (it was stripped), or could not be read.",
		fix: `Install the debug symbols of ${module} (Debian: the package's -dbgsym), or build it without strip.`,
	};
}
