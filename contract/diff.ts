import { type Static, Type } from "typebox";
import { FrameColumns } from "./call-tree.ts";

/** The call tree of two profiles in columns, as CallTreeDocument has it for one. */
export const DiffDocument = Type.Object(
	{
		unit: Type.String({ description: "of the weights: samples, nanoseconds, bytes ..." }),
		normalized: Type.Boolean({ description: "changes are of shares of the totals, not of weights" }),
		modules: Type.Array(Type.String()),
		frames: FrameColumns,
		nodes: Type.Object({
			parent: Type.Array(Type.Integer()),
			frame: Type.Array(Type.Integer()),
			base: Type.Array(Type.Number({ description: "weight of the base's samples that end here" })),
			comparison: Type.Array(
				Type.Number({ description: "weight of the comparison's samples that end here" }),
			),
		}),
	},
	{ $id: "DiffDocument" },
);
export type DiffDocument = Static<typeof DiffDocument>;
