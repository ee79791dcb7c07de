import type { DiffFormat } from "../../contract/formats.ts";
import type { ProfileFormat } from "../../profile/write/formats.ts";
import type { HtmlViewer } from "../../profile/write/html.ts";

/** Gzipped pprof: a file, or bytes in memory. */
export type ProfileSource = { path: string } | { bytes: Uint8Array };

/** What a thread is asked. */
export type Task = InspectTask | RenderTask | DiffTask;

/** What a profile may take while it is read. */
export interface ProfileLimits {
	/** uncompressed; more is a bomb, or no use to anyone */
	maxBytes: number;
	/** functions or locations, and half the strings, that it may have: each takes more memory than its few bytes */
	maxEntries: number;
}

export interface InspectTask extends ProfileLimits {
	kind: "inspect";
	source: ProfileSource;
}

export interface RenderTask extends ProfileLimits {
	kind: "render";
	source: ProfileSource;
	format: ProfileFormat;
	/** where the profile carries no recording with a command */
	title: string;
	viewer: HtmlViewer | null;
}

/** One of the two profiles that are compared. */
export interface ComparedProfile {
	source: ProfileSource;
	/** where the profile carries no recording with a command */
	title: string;
}

/** The limits are those of each of the two. */
export interface DiffTask extends ProfileLimits {
	kind: "diff";
	base: ComparedProfile;
	comparison: ComparedProfile;
	format: DiffFormat;
}

/** What it answers. `unreadable`: the bytes are at fault, not we. */
export type TaskAnswer =
	| { kind: "comments"; comments: string[] }
	| { kind: "bytes"; bytes: Uint8Array }
	| { kind: "unreadable"; reason: string };
