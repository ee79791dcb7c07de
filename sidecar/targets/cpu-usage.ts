import { type ProcessInfo, TICKS_PER_SECOND } from "./process-info.ts";

interface Look {
	readonly startTime: number;
	readonly ticks: number;
	readonly atMilliseconds: number;
	readonly percent: number;
}

/** Looks that follow each other faster than this repeat the last figure: a tick is 10 ms, too coarse for less. */
const SHORTEST_LOOK = 900;

/** CPU use of processes between two looks, in percent of one core. */
export interface CpuUsage {
	/** @param atMilliseconds monotonic, e.g. performance.now() */
	look(processes: Iterable<ProcessInfo>, atMilliseconds: number, uptimeSeconds: number): Map<number, number>;
}

export function createCpuUsage(): CpuUsage {
	let known = new Map<number, Look>();
	return {
		look(processes, atMilliseconds, uptimeSeconds) {
			const looks = new Map<number, Look>();
			for (const process of processes) {
				const last = known.get(process.pid);
				const before = last?.startTime === process.startTime ? last : undefined;
				looks.set(process.pid, lookAt(process, before, atMilliseconds, uptimeSeconds));
			}
			known = looks;
			return new Map([...looks].map(([pid, look]) => [pid, look.percent]));
		},
	};
}

function lookAt(
	process: ProcessInfo,
	before: Look | undefined,
	atMilliseconds: number,
	uptimeSeconds: number,
): Look {
	const { startTime, cpuTicks: ticks } = process;
	const elapsed = before ? atMilliseconds - before.atMilliseconds : 0;
	if (before && elapsed < SHORTEST_LOOK) return before;
	const percent = before
		? percentOf(ticks - before.ticks, elapsed / 1000)
		: percentOf(ticks, uptimeSeconds - startTime / TICKS_PER_SECOND);
	return { startTime, ticks, atMilliseconds, percent };
}

function percentOf(ticks: number, seconds: number): number {
	const percent = (100 * ticks) / TICKS_PER_SECOND / Math.max(seconds, 0.1);
	return Math.round(percent * 10) / 10;
}
