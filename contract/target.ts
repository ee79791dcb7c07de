import { type Static, Type } from "typebox";
import { ProfilerName } from "./recording.ts";

export const RUNTIMES = [
	"native",
	"go",
	"node",
	"java",
	"python",
	"ruby",
	"dotnet",
	"php",
	"unknown",
] as const;
export const Runtime = Type.Enum([...RUNTIMES], { type: "string" });
export type Runtime = (typeof RUNTIMES)[number];

/** Whether a profiler works on a target; if not, why, and the fix. */
export const ProfilerSupport = Type.Object({
	profiler: ProfilerName,
	available: Type.Boolean(),
	reason: Type.Optional(Type.String()),
	fix: Type.Optional(Type.String()),
	hint: Type.Optional(Type.String({ description: "it works, and would show more with this" })),
});
export type ProfilerSupport = Static<typeof ProfilerSupport>;

/** A process, or a container as a whole (`pid` absent). */
export const Target = Type.Object(
	{
		name: Type.String({ description: "what a person would call it" }),
		kind: Type.Enum(["process", "container"], { type: "string" }),
		pid: Type.Optional(Type.Integer()),
		parentPid: Type.Optional(Type.Integer()),
		container: Type.Optional(Type.String()),
		command: Type.String({ description: "command line, cut at 512 characters" }),
		runtime: Runtime,
		threads: Type.Integer(),
		cpuPercent: Type.Optional(Type.Number({ description: "of one core, since it was last looked at" })),
		profilers: Type.Array(ProfilerSupport),
	},
	{ $id: "Target" },
);
export type Target = Static<typeof Target>;

export const TargetList = Type.Object({ items: Type.Array(Target) }, { $id: "TargetList" });
export type TargetList = Static<typeof TargetList>;
