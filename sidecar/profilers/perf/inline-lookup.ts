import { setTimeout } from "node:timers/promises";
import type { PerfDataReader } from "../../../profile/read/perf-data/reader.ts";

/** How long debug information is read before others get a turn, and how long that turn is while samples still come. */
const TURN = { milliseconds: 8, pause: 8 } as const;
/** How long the end of a recording waits for what is left. */
const LONGEST_WAIT = 2000;

export interface InlineLookup {
	/** Looks at what has come since, when there is time. */
	begin(): void;
	/** Waits for what is left, though not for long. @returns whether that was all */
	end(): Promise<boolean>;
	/** Gives up. */
	stop(): void;
	/** CPU time so far */
	readonly microseconds: number;
}

/** Looks for inlined functions beside a recording, so that they are known when it ends and nobody has waited. */
export function createInlineLookup(reader: PerfDataReader): InlineLookup {
	let microseconds = 0;
	let deadline = Number.POSITIVE_INFINITY;
	let isEnding = false;
	let running: Promise<boolean> | undefined;
	let turn = performance.now();
	let usage = process.cpuUsage();
	/** The recording is worth more than what would refine it. */
	const giveUp = (): boolean => {
		deadline = 0;
		return false;
	};
	const endTurn = (): void => {
		const { user, system } = process.cpuUsage(usage);
		microseconds += user + system;
	};
	const beginTurn = (): boolean => {
		turn = performance.now();
		usage = process.cpuUsage();
		return turn < deadline;
	};
	const mayGoOn = (): boolean | Promise<boolean> => {
		const now = performance.now();
		if (now >= deadline) return false;
		if (now - turn < TURN.milliseconds) return true;
		endTurn();
		return setTimeout(isEnding ? 0 : TURN.pause).then(beginTurn);
	};
	const look = async (): Promise<boolean> => {
		// what has been decoded is not to wait
		await setTimeout(0);
		if (!beginTurn()) return false;
		const isAll = await reader.lookForInlines(mayGoOn).catch(giveUp);
		endTurn();
		running = undefined;
		return isAll;
	};
	return {
		get microseconds() {
			return microseconds;
		},
		begin() {
			running ??= look();
		},
		async end() {
			isEnding = true;
			deadline = Math.min(deadline, performance.now() + LONGEST_WAIT);
			const rest = Promise.resolve(running).then(look);
			// a file that is being uncompressed asks nobody
			return Promise.race([rest, setTimeout(LONGEST_WAIT, false, { ref: false })]);
		},
		stop() {
			deadline = 0;
		},
	};
}
