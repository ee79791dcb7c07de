import type { ToolProcess } from "./tool-process.ts";

/** How long each rung is given, in milliseconds without a sign of progress. */
export interface Deadlines {
	readonly asked: number;
	/** since it was asked, whatever progress there is: a tool that did not hear goes on for ever; absent: no limit */
	readonly longest?: number;
	readonly terminated: number;
}

export interface KillLadder {
	/** the tool did something: it is busy, not stuck */
	progress(): void;
	/** starts to climb: it was asked to end */
	climb(): void;
	/** SIGKILL was needed */
	readonly killed: boolean;
}

/**
 * Asked, then SIGTERM, then SIGKILL. A deadline counts from the last sign of progress: a tool that has much to write
 * to a slow reader is not stuck.
 */
export function createKillLadder(tool: ToolProcess, deadlines: Deadlines): KillLadder {
	let timer: NodeJS.Timeout | undefined;
	let askedAt = 0;
	let rung: "not-asked" | "asked" | "terminated" | "killed" = "not-asked";
	const arm = (milliseconds: number, next: () => void) => {
		clearTimeout(timer);
		// what it had written may still be on its way to us when it is gone
		if (tool.running()) timer = setTimeout(next, milliseconds);
	};
	const patience = () => {
		const { longest = Number.POSITIVE_INFINITY } = deadlines;
		return Math.max(0, askedAt + longest - performance.now());
	};
	const kill = () => {
		rung = "killed";
		tool.signal("SIGKILL");
	};
	const terminate = () => {
		rung = "terminated";
		tool.signal("SIGTERM");
		arm(deadlines.terminated, kill);
	};
	void tool.exit.then(() => clearTimeout(timer));
	return {
		progress() {
			if (rung === "asked") arm(Math.min(deadlines.asked, patience()), terminate);
			if (rung === "terminated") arm(deadlines.terminated, kill);
		},
		climb() {
			if (rung !== "not-asked" || !tool.running()) return;
			rung = "asked";
			askedAt = performance.now();
			arm(deadlines.asked, terminate);
		},
		get killed() {
			return rung === "killed";
		},
	};
}
