import type { LiveStatus } from "../../contract/call-tree.ts";
import type { Recording } from "../../contract/recording.ts";
import type { CallTree } from "../../profile/call-tree.ts";
import { hasCode } from "../failure.ts";

/**
 * What the live page knows.
 * connecting -> live <-> lost -> ended | archived (the agent no longer has it, the archive does) | failed
 */
export interface LiveState {
	phase: "connecting" | "live" | "lost" | "ended" | "archived" | "failed";
	tree: CallTree | null;
	status: LiveStatus | null;
	recording: Recording | null;
	/** of `lost` and `failed` */
	failure: unknown;
	retrySeconds: number;
}

export type LiveAction =
	| { type: "reset" }
	| { type: "described"; recording: Recording }
	| { type: "update"; tree: CallTree; status: LiveStatus }
	| { type: "lost"; failure: unknown; retrySeconds: number }
	| { type: "end"; recording: Recording }
	| { type: "archived"; recording: Recording }
	| { type: "failed"; failure: unknown };

export const INITIAL_LIVE_STATE: LiveState = {
	phase: "connecting",
	tree: null,
	status: null,
	recording: null,
	failure: null,
	retrySeconds: 0,
};

export function reduceLive(state: LiveState, action: LiveAction): LiveState {
	switch (action.type) {
		case "reset":
			return INITIAL_LIVE_STATE;
		case "described":
			// the end event knows more than an answer that was asked for before it
			return state.phase === "ended" ? state : { ...state, recording: action.recording };
		case "update":
			return { ...state, phase: "live", tree: action.tree, status: action.status, failure: null };
		case "lost":
			return { ...state, phase: "lost", failure: action.failure, retrySeconds: action.retrySeconds };
		case "end":
			return { ...state, phase: "ended", recording: action.recording, failure: null };
		case "archived":
			return state.phase === "ended" ? state : { ...state, phase: "archived", recording: action.recording };
		case "failed":
			return failed(state, action.failure);
	}
}

/** What was shown stays, unless it was somebody else's: whoever signs in anew may have fewer rights. */
function failed(state: LiveState, failure: unknown): LiveState {
	const kept = hasCode(failure, "forbidden") ? INITIAL_LIVE_STATE : state;
	return { ...kept, phase: "failed", failure };
}
