import { useEffect, useReducer } from "react";
import { agentRoutes } from "../../contract/agent-routes.ts";
import type { LiveStatus } from "../../contract/call-tree.ts";
import type { Recording } from "../../contract/recording.ts";
import { LiveTree } from "../../profile/live.ts";
import { hasCode } from "../failure.ts";
import { session } from "../session/current.ts";
import { findInArchive, type RecordingAddress } from "./archive.ts";
import { agentOf } from "./client.ts";
import { watchRecording } from "./event-stream.ts";
import { INITIAL_LIVE_STATE, type LiveAction, type LiveState, reduceLive } from "./live-state.ts";

/** Follows one recording for as long as the component lives. `archived` means: look for it in the archive. */
export function useLiveRecording({ namespace, pod, id }: RecordingAddress): LiveState {
	const [state, dispatch] = useReducer(reduceLive, INITIAL_LIVE_STATE);
	useEffect(() => {
		const abort = new AbortController();
		dispatch({ type: "reset" });
		void follow({ namespace, pod, id }, abort.signal, dispatch);
		return () => abort.abort();
	}, [namespace, pod, id]);
	return state;
}

async function follow(
	address: RecordingAddress,
	signal: AbortSignal,
	dispatch: (action: LiveAction) => void,
): Promise<void> {
	const { namespace, pod, id } = address;
	const agent = agentOf(namespace, pod);
	const live = new LiveTree();
	const show = (status: LiveStatus) => dispatch({ type: "update", tree: live.tree(), status });
	try {
		void describe(address, signal, dispatch);
		await watchRecording({
			signal,
			ready: session.untilSignedIn,
			open: (attempt) => agent.open(agentRoutes.watchRecording, { params: { id }, signal: attempt }),
			onTree: ({ tree, status }) => {
				live.applyTree(tree);
				show(status);
			},
			onDelta: ({ delta, status }) => {
				live.applyDelta(delta);
				show(status);
			},
			onEnd: ({ recording }) => dispatch({ type: "end", recording }),
			onLost: (failure, retrySeconds) => {
				dispatch({ type: "lost", failure, retrySeconds });
				void lookInArchive(address, signal, dispatch);
			},
		});
	} catch (failure) {
		if (signal.aborted) return;
		if (hasCode(failure, "recording-not-found", "pod-not-found")) {
			if (await lookInArchive(address, signal, dispatch)) return;
		}
		dispatch({ type: "failed", failure });
	}
}

/** What is recorded, for the heading: known before the first samples come. */
async function describe(
	{ namespace, pod, id }: RecordingAddress,
	signal: AbortSignal,
	dispatch: (action: LiveAction) => void,
): Promise<void> {
	const agent = agentOf(namespace, pod);
	const recording: Recording | undefined = await agent
		.call(agentRoutes.getRecording, { params: { id }, signal })
		.catch(() => undefined);
	if (recording !== undefined && !signal.aborted) dispatch({ type: "described", recording });
}

/** An agent that is gone, or was restarted, may have stored the recording before. */
async function lookInArchive(
	address: RecordingAddress,
	signal: AbortSignal,
	dispatch: (action: LiveAction) => void,
): Promise<boolean> {
	const found = await findInArchive(address, signal).catch(() => undefined);
	if (found === undefined || signal.aborted) return false;
	dispatch({ type: "archived", recording: found });
	return true;
}
