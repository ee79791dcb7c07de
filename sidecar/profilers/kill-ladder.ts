import type { ToolProcess } from "./tool-process.ts";

/** How long each rung is given, in milliseconds without a sign of progress. */
export interface Deadlines {
	readonly asked: number;
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
	let rung: "not-asked" | "asked" | "terminated" | "killed" = "not-asked";
	const arm = (milliseconds: number, next: () => void) => {
		clearTimeout(timer);
		// what it had written may still be on its way to us when it is gone
		if (tool.running()) timer = setTimeout(next, milliseconds);
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
			if (rung === "asked") arm(deadlines.asked, terminate);
			if (rung === "terminated") arm(deadlines.terminated, kill);
		},
		climb() {
			if (rung !== "not-asked" || !tool.running()) return;
			rung = "asked";
			arm(deadlines.asked, terminate);
		},
		get killed() {
			return rung === "killed";
		},
	};
}
