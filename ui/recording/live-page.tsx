import { Alert } from "@patternfly/react-core";
import { useEffect, useState } from "react";
import { hasEnded, type RecordingState } from "../../contract/recording.ts";
import type { RecordingAddress } from "../api/archive.ts";
import { useLiveRecording } from "../api/live-recording.ts";
import type { LiveState } from "../api/live-state.ts";
import { describeFailure } from "../failure.ts";
import { FailureAlert } from "../frame/failure-alert.tsx";
import { Heading } from "../frame/heading.tsx";
import { LoadingLines } from "../frame/loading.tsx";
import { goTo, Link } from "../frame/place.tsx";
import { useSurroundings } from "../frame/use-surroundings.ts";
import { counted, printable } from "../wording.ts";
import { CauseAlert } from "./cause-alert.tsx";
import { LiveActions } from "./live-actions.tsx";
import { NoSamples } from "./no-samples.tsx";
import { ProfilePanel } from "./profile-panel.tsx";
import { RecordingFacts } from "./recording-facts.tsx";
import { StateLabel } from "./state-label.tsx";
import { SymbolNote } from "./symbol-note.tsx";
import { useElapsed } from "./use-elapsed.ts";
import { useQuiet } from "./use-quiet.ts";
import { methodOf, STATE_WORDS, titleOf } from "./words.ts";

/** A recording while it runs, and its result in the same place once it is over. */
export function LivePage({ namespace, pod, id }: RecordingAddress) {
	const live = useLiveRecording({ namespace, pod, id });
	const [failure, setFailure] = useState<unknown>(null);
	useEffect(() => {
		if (live.phase === "archived") goTo({ page: "recording", id }, "replace");
	}, [live.phase, id]);
	const state = stateOf(live);
	const title = live.recording ? titleOf(live.recording.target) : printable(pod, 253);
	return (
		<>
			<Heading
				title={`${tabState(live, state)}: ${title}`}
				intro={
					<>
						{live.phase === "failed" ? null : <StateLabel state={state} />}{" "}
						{live.recording ? methodOf(live.recording) : null}
					</>
				}
				actions={
					live.phase === "failed" ? null : (
						<LiveActions address={{ namespace, pod, id }} live={live} state={state} onError={setFailure} />
					)
				}
			>
				{title}
			</Heading>
			{failure === null ? null : <FailureAlert error={failure} />}
			<LiveContent live={live} state={state} />
		</>
	);
}

function LiveContent({ live, state }: { live: LiveState; state: RecordingState }) {
	const { phase, tree, status, recording, failure, retrySeconds } = live;
	const ended = recording !== null && hasEnded(recording.state);
	const figures = ended ? recording : status;
	const seconds = useElapsed(figures?.durationSeconds ?? 0, phase === "live" && state === "recording");
	const isQuiet = useQuiet(status, (phase === "live" || phase === "connecting") && !ended);
	return (
		<>
			{isQuiet ? <QuietAlert /> : null}
			{phase === "lost" ? <LostAlert failure={failure} seconds={retrySeconds} /> : null}
			{phase === "failed" ? <GoneAlert failure={failure} /> : null}
			{recording ? <CauseAlert recording={recording} /> : null}
			{figures ? <RecordingFacts figures={figures} seconds={seconds} /> : null}
			{figures?.symbols ? <SymbolNote symbols={figures.symbols} samples={figures.samples} /> : null}
			{tree && tree.total[0] > 0 ? (
				<ProfilePanel tree={tree} />
			) : figures ? (
				<NoSamples state={state} seconds={seconds} />
			) : phase === "failed" ? null : (
				<LoadingLines what="the live view" lines={8} />
			)}
		</>
	);
}

/** The connection stands, but nothing comes: nobody knows yet whether it is slow or dead. */
function QuietAlert() {
	return (
		<div role="status">
			<Alert isInline variant="info" component="h2" title="No news from the agent for more than 5 seconds">
				What is shown may be behind. The agent may be short of CPU, or the way to it be cut: the page asks
				anew if it stays silent. The recording goes on as long as its agent lives.
			</Alert>
		</div>
	);
}

/** Takes the place of the frame's own notice: here there is more to say. */
function LostAlert({ failure, seconds }: { failure: unknown; seconds: number }) {
	const { title, detail, nextStep } = describeFailure(failure, useSurroundings());
	return (
		<div role="status">
			<Alert isInline variant="warning" component="h2" title="Connection lost, trying again">
				<p>
					{title}. {detail} {nextStep}
				</p>
				<p>
					The next attempt comes within {counted(Math.ceil(seconds), "second")}. What was shown so far stays;
					the recording goes on as long as its agent lives.
				</p>
			</Alert>
		</div>
	);
}

function GoneAlert({ failure }: { failure: unknown }) {
	return (
		<>
			<FailureAlert error={failure} />
			<p>
				<Link to={{ page: "recordings" }}>All recordings</Link> ·{" "}
				<Link to={{ page: "record" }}>Record anew</Link>
			</p>
		</>
	);
}

/** The newest that is known: the end says more than the last status, that more than the first description. */
function stateOf({ phase, status, recording }: LiveState): RecordingState {
	if (recording && (phase === "ended" || hasEnded(recording.state))) return recording.state;
	return status?.state ?? recording?.state ?? "starting";
}

function tabState({ phase }: LiveState, state: RecordingState): string {
	if (phase === "lost") return "Connection lost";
	if (phase === "failed") return "Recording not found";
	return STATE_WORDS[state];
}
