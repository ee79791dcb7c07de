import type { FrameKind } from "../../contract/frame-kind.ts";
import type { CallTree } from "../call-tree.ts";
import { type FunctionWeight, topFunctions } from "../top.ts";
import { changeOf, type DiffSide, type ProfileDiff } from "./diff.ts";

/** Weights of one function in one of the two profiles, in the diff's unit. */
export type SideWeights = Pick<FunctionWeight, "self" | "total">;

/** What became of one function, wherever it is called from. */
export interface FunctionChange {
	readonly name: string;
	readonly module: string;
	readonly kind: FrameKind;
	readonly base: SideWeights;
	readonly comparison: SideWeights;
	/** see `changeOf` */
	readonly selfChange: number;
	readonly totalChange: number;
}

const NOTHING: SideWeights = { self: 0, total: 0 };

/** All functions that have weight in either, the one whose self weight changed most first (then total, then name). */
export function changedFunctions(diff: ProfileDiff): FunctionChange[] {
	const base = new Map(functionsOf(diff, diff.base));
	const comparison = new Map(functionsOf(diff, diff.comparison));
	const functions = new Map([...base, ...comparison]);
	return [...functions]
		.map(([key, { name, module, kind }]) => {
			const [before, after] = [base.get(key) ?? NOTHING, comparison.get(key) ?? NOTHING];
			return {
				name,
				module,
				kind,
				base: { self: before.self, total: before.total },
				comparison: { self: after.self, total: after.total },
				selfChange: changeOf(diff, before.self, after.self),
				totalChange: changeOf(diff, before.total, after.total),
			};
		})
		.sort(byChange);
}

function functionsOf(diff: ProfileDiff, side: DiffSide): (readonly [key: string, FunctionWeight])[] {
	return topFunctions(sideTree(diff, side)).map((entry) => [
		`${entry.kind}\n${entry.module}\n${entry.name}`,
		entry,
	]);
}

/** One of the two as a call tree of its own, in the nodes of both. */
function sideTree({ unit, frames, length, parent, frame }: ProfileDiff, side: DiffSide): CallTree {
	return {
		unit,
		frames,
		length,
		parent,
		frame,
		self: Float64Array.from(side.self, Number),
		total: side.total,
	};
}

function byChange(a: FunctionChange, b: FunctionChange): number {
	return (
		Math.abs(b.selfChange) - Math.abs(a.selfChange) ||
		Math.abs(b.totalChange) - Math.abs(a.totalChange) ||
		(a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
	);
}
