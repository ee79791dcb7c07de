import { constants, openSync } from "node:fs";
import { perfBuildIds } from "../profile/read/perf-data/build-ids.ts";
import { JitCode } from "../profile/symbols/jit-code.ts";
import { openedFile } from "../symbol-files/opened-file.ts";
import { createTargetSymbols, type TargetSymbols } from "../symbol-files/target-symbols.ts";

/** Larger maps are read no further. */
const MOST_MAP_BYTES = 256 * 2 ** 20;
/** A recording may be of a whole machine, all of whose programs are the user's own. */
const MOST_NAME_BYTES = 2 ** 31;

export interface RecordedSymbols {
	readonly symbols: TargetSymbols;
	readonly buildIds: ReadonlyMap<string, string>;
	close(): void;
}

/**
 * Names for a recording that was made earlier on this machine: from the files at the paths that it has, the kernel's
 * symbols as they are now, and the maps of JIT compilers that are still there.
 * @param descriptor of the recording, where it is a file; stays open
 * @param inlines also read debug information
 */
export function recordedSymbols(descriptor: number | undefined, inlines: boolean): RecordedSymbols {
	const maps = new Map<number, JitCode>();
	const mapOf = (pid: number): JitCode => {
		const known = maps.get(pid) ?? readJitMap(pid);
		maps.set(pid, known);
		return known;
	};
	const symbols = createTargetSymbols({
		jitName: (pid, address) => mapOf(pid).nameOf(address),
		otherRoots: ["/"],
		isPast: true,
		mostBytes: MOST_NAME_BYTES,
		inlines,
	});
	const buildIds = descriptor === undefined ? new Map() : perfBuildIds(openedFile(descriptor));
	return { symbols, buildIds, close: () => symbols.close() };
}

function readJitMap(pid: number): JitCode {
	const code = new JitCode();
	try {
		const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
		const map = openedFile(openSync(`/tmp/perf-${pid}.map`, flags));
		try {
			code.push(map.read(0, MOST_MAP_BYTES));
		} finally {
			map.close();
		}
	} catch {
		// there is none
	}
	return code;
}
