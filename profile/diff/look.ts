import { type CallTree, treeOfColumns } from "../call-tree.ts";
import { changeOf, type ProfileDiff, shareOf } from "./diff.ts";

/** How a change is shown: whither, and how strongly. */
export interface Change {
	readonly direction: "grown" | "shrunk" | "same";
	/** 0 to 2; 0 where nothing has changed */
	readonly step: number;
}

/** Changes in proportion, (after - before) / (after + before), from which on each step is used. */
const STEPS = [0.02, 0.2, 0.6];

export function proportionOf(diff: ProfileDiff, before: number, after: number): Change {
	const whole = diff.normalized
		? shareOf(before, diff.base.total[0]) + shareOf(after, diff.comparison.total[0])
		: before + after;
	const proportion = shareOf(changeOf(diff, before, after), whole);
	const step = STEPS.findLastIndex((least) => Math.abs(proportion) >= least);
	if (step < 0) return { direction: "same", step: 0 };
	return { direction: proportion > 0 ? "grown" : "shrunk", step };
}

/** What both have in one tree: a node weighs the mean of its two shares, or the sum of its two weights. */
export function widthTree(diff: ProfileDiff): CallTree {
	const { unit, frames, parent, frame, base, comparison } = diff;
	const scale = (whole: number): number => (diff.normalized ? shareOf(1, 2 * whole) : 1);
	const [baseScale, comparisonScale] = [scale(base.total[0]), scale(comparison.total[0])];
	const self = Float64Array.from(base.self, (weight, node) => {
		return Number(weight) * baseScale + Number(comparison.self[node]) * comparisonScale;
	});
	return treeOfColumns({ unit, frames, parent, frame, self });
}
