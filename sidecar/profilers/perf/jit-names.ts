import { jitRoom } from "../../../profile/symbols/jit-code.ts";
import { JitMap } from "./jit-map.ts";

/** How often a map is looked at for what was added. */
const REFRESH_MILLISECONDS = 250;
/** Processes with maps at most; a target that forks all the time must not use up the agent's descriptors. */
const MOST_MAPS = 64;

/** Names of code compiled at run time, for all processes of a recording. */
export interface JitNames {
	/** Brings the maps up to date; to be awaited before samples are read. */
	refresh(): Promise<void>;
	nameOf(pid: number, address: number): string | undefined;
	close(): Promise<void>;
}

/** @param pids looked at from the beginning; others are added when they are first asked for */
export function createJitNames(pids: readonly number[]): JitNames {
	const room = jitRoom();
	const maps = new Map(pids.slice(0, MOST_MAPS).map((pid) => [pid, new JitMap(pid, room)]));
	let nextRefresh = 0;
	return {
		async refresh() {
			if (performance.now() < nextRefresh) return;
			// a map that cannot be read any more keeps the names it has
			await Promise.all([...maps.values()].map((map) => map.refresh().catch(() => undefined)));
			nextRefresh = performance.now() + REFRESH_MILLISECONDS;
		},
		nameOf(pid, address) {
			const map = maps.get(pid);
			if (map === undefined && maps.size < MOST_MAPS) maps.set(pid, new JitMap(pid, room));
			return map?.nameOf(address);
		},
		async close() {
			await Promise.all([...maps.values()].map((map) => map.close().catch(() => undefined)));
		},
	};
}
