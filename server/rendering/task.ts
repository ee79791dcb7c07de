import type { ProfileFormat } from "../../profile/write/formats.ts";
import type { HtmlViewer } from "../../profile/write/html.ts";

/** Gzipped pprof: a file, or bytes in memory. */
export type ProfileSource = { path: string } | { bytes: Uint8Array };

/** What a thread is asked. */
export type Task = InspectTask | RenderTask;

export interface InspectTask {
	kind: "inspect";
	source: ProfileSource;
	/** uncompressed; more is a bomb, or no use to anyone */
	maxBytes: number;
	/** functions or locations, and half the strings, that it may have: each takes more memory than its few bytes */
	maxEntries: number;
}

export interface RenderTask extends Omit<InspectTask, "kind"> {
	kind: "render";
	format: ProfileFormat;
	/** where the profile carries no recording with a command */
	title: string;
	viewer: HtmlViewer | null;
}

/** What it answers. `unreadable`: the bytes are at fault, not we. */
export type TaskAnswer =
	| { kind: "comments"; comments: string[] }
	| { kind: "bytes"; bytes: Uint8Array }
	| { kind: "unreadable"; reason: string };
