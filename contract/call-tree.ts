import { type Static, Type } from "typebox";
import { FRAME_KINDS } from "./frame-kind.ts";
import { Overhead, Recording, SymbolQuality } from "./recording.ts";

/**
 * A call tree on the wire, in columns: a million nodes are ten times smaller this way than nested objects, and need no recursion.
 * Node 0 is the root (parent -1, frame -1). A node's parent always comes before it, so totals are one loop from the end to the start.
 */
export const FrameColumns = Type.Object({
	name: Type.Array(Type.String()),
	module: Type.Array(Type.Integer({ description: "index into modules, -1: none" })),
	kind: Type.Array(Type.Integer({ description: `index into ${FRAME_KINDS.join(", ")}` })),
	file: Type.Optional(Type.Array(Type.String({ description: "empty: not known" }))),
	line: Type.Optional(Type.Array(Type.Integer({ description: "0: not known" }))),
});
export type FrameColumns = Static<typeof FrameColumns>;

export const NodeColumns = Type.Object({
	parent: Type.Array(Type.Integer()),
	frame: Type.Array(Type.Integer()),
	self: Type.Array(Type.Number({ description: "weight of samples that end here" })),
});
export type NodeColumns = Static<typeof NodeColumns>;

export const CallTreeDocument = Type.Object(
	{
		unit: Type.String({ description: "of the weights: samples, nanoseconds, bytes ..." }),
		modules: Type.Array(Type.String()),
		frames: FrameColumns,
		nodes: NodeColumns,
	},
	{ $id: "CallTreeDocument" },
);
export type CallTreeDocument = Static<typeof CallTreeDocument>;

/** What changed since the event before: appended frames and nodes, and new self weights (absolute) of older nodes. */
export const CallTreeDelta = Type.Object(
	{
		modules: Type.Array(Type.String()),
		frames: FrameColumns,
		nodes: NodeColumns,
		changed: Type.Object({ node: Type.Array(Type.Integer()), self: Type.Array(Type.Number()) }),
	},
	{ $id: "CallTreeDelta" },
);
export type CallTreeDelta = Static<typeof CallTreeDelta>;

export const LiveStatus = Type.Object({
	state: Recording.properties.state,
	samples: Type.Integer(),
	lost: Type.Integer(),
	durationSeconds: Type.Number(),
	symbols: Type.Optional(SymbolQuality),
	overhead: Type.Optional(Overhead),
});
export type LiveStatus = Static<typeof LiveStatus>;

/** Server-sent events of a recording, by event name. `sequence` grows by one; a gap or a reconnect starts again with `tree`. */
export const TreeEvent = Type.Object(
	{ sequence: Type.Integer(), tree: CallTreeDocument, status: LiveStatus },
	{ $id: "TreeEvent" },
);
export type TreeEvent = Static<typeof TreeEvent>;

export const DeltaEvent = Type.Object(
	{ sequence: Type.Integer(), delta: CallTreeDelta, status: LiveStatus },
	{ $id: "DeltaEvent" },
);
export type DeltaEvent = Static<typeof DeltaEvent>;

/** The last event: the recording as it ended. */
export const EndEvent = Type.Object({ sequence: Type.Integer(), recording: Recording }, { $id: "EndEvent" });
export type EndEvent = Static<typeof EndEvent>;
