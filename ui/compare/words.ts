import type { CallTree } from "../../profile/call-tree.ts";
import { changeOf, type ProfileDiff, shareOf } from "../../profile/diff/diff.ts";
import { type Change, proportionOf } from "../../profile/diff/look.ts";
import { colorOfChange, type Scheme } from "../flamegraph/scheme.ts";
import { type NodeText, nameNode } from "../profile-view/describe.ts";
import type { LegendEntry } from "../profile-view/legend.ts";
import { share } from "../wording.ts";

/** @param change of shares, -1 to 1. @returns "+1.2 points" (of a hundred), "-<0.1 points", "no change" */
export function changeWords(change: number): string {
	const points = change * 100;
	if (points === 0) return "no change";
	if (Math.abs(points) < 0.05) return `${points > 0 ? "+" : "-"}<0.1 points`;
	return `${points > 0 ? "+" : ""}${points.toFixed(1)} points`;
}

/** What a weight was and is, in shares: "12.0% to 20.5%". */
export function fromToWords(diff: ProfileDiff, base: number, comparison: number): string {
	const [before, after] = [shareOf(base, diff.base.total[0]), shareOf(comparison, diff.comparison.total[0])];
	return `${share(before, 1)} to ${share(after, 1)}`;
}

/** @param tree of the same nodes, for the names */
export function describeChange(diff: ProfileDiff, tree: CallTree, node: number): NodeText {
	const { base, comparison } = diff;
	const words = (before: number, after: number) =>
		`${fromToWords(diff, before, after)} (${changeWords(changeOf(diff, before, after))})`;
	return {
		...nameNode(tree, node),
		total: words(base.total[node], comparison.total[node]),
		self: words(Number(base.self[node]), Number(comparison.self[node])),
	};
}

/** Coloured by how much the node's share has changed in proportion. */
export function shadeByChange(diff: ProfileDiff): (node: number) => number {
	const { base, comparison } = diff;
	return (node) => colorOfChange(proportionOf(diff, base.total[node], comparison.total[node]));
}

const LEGEND: readonly (readonly [Change, string])[] = [
	[{ direction: "shrunk", step: 2 }, "Shrank to a quarter or less, or is gone"],
	[{ direction: "shrunk", step: 1 }, "Shrank"],
	[{ direction: "same", step: 0 }, "As before"],
	[{ direction: "grown", step: 1 }, "Grew"],
	[{ direction: "grown", step: 2 }, "Grew to four times or more, or is new"],
];

export function changeLegend(_tree: CallTree, { fills }: Scheme): LegendEntry[] {
	return LEGEND.map(([change, words]) => [fills[colorOfChange(change)], words]);
}
