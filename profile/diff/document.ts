import type { DiffDocument } from "../../contract/diff.ts";
import { type CallTree, fromDocument } from "../call-tree.ts";
import { ProfileFormatError } from "../model.ts";
import type { DiffSide, ProfileDiff } from "./diff.ts";

/**
 * Reads what `diffChunks` writes as `json`, or what somebody else did: nothing of it is believed. Weights beyond 2^53
 * have lost their last digits by then, as JSON's numbers do.
 * @throws ProfileFormatError as `fromDocument`, and for weights that are no whole numbers
 */
export function readDiff({ unit, normalized, modules, frames, nodes }: DiffDocument): ProfileDiff {
	const { parent, frame } = nodes;
	const treeOf = (self: number[]) => fromDocument({ unit, modules, frames, nodes: { parent, frame, self } });
	const base = treeOf(nodes.base);
	const comparison = treeOf(nodes.comparison);
	return {
		unit: base.unit,
		normalized,
		frames: base.frames,
		length: base.length,
		parent: base.parent,
		frame: base.frame,
		base: sideOf(base),
		comparison: sideOf(comparison),
	};
}

function sideOf({ self, total }: CallTree): DiffSide {
	const fraction = self.findIndex((weight) => !Number.isInteger(weight));
	if (fraction >= 0) throw new ProfileFormatError("difference", fraction, "its weight is not a whole number");
	return { self: BigInt64Array.from(self, BigInt), total };
}
