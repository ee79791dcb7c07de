import { Button } from "@patternfly/react-core";
import { StopIcon } from "@patternfly/react-icons";
import { useEffect, useRef } from "react";
import { hasEnded, type RecordingState } from "../../contract/recording.ts";
import type { RecordingAddress } from "../api/archive.ts";
import type { LiveState } from "../api/live-state.ts";
import { useArrival, useStopRecording } from "../api/queries.ts";
import { hasCode } from "../failure.ts";
import { Link } from "../frame/place.tsx";
import { DownloadMenu } from "./download-menu.tsx";
import { RecordAgain } from "./record-again.tsx";

interface LiveActionsProps {
	address: RecordingAddress;
	live: LiveState;
	state: RecordingState;
	onError: (error: unknown) => void;
}

/** Stop while it runs; downloads and what comes next once it is over. */
export function LiveActions(props: LiveActionsProps) {
	const ended = props.live.phase === "ended" || hasEnded(props.state);
	return ended ? <EndedActions {...props} /> : <StopButton {...props} />;
}

function StopButton({ address: { namespace, pod, id }, state, onError }: LiveActionsProps) {
	const stop = useStopRecording(namespace, pod, id);
	const stopping = stop.isPending || stop.isSuccess || state === "finishing";
	const press = () => {
		onError(null);
		stop.mutate(undefined, {
			// it ended by itself in the same moment: the end is on its way
			onError: (error) => (hasCode(error, "recording-not-active") ? undefined : onError(error)),
		});
	};
	return (
		<Button
			variant="danger"
			size="lg"
			icon={<StopIcon />}
			isLoading={stopping}
			isDisabled={stopping}
			onClick={press}
		>
			{stopping ? "Stopping…" : "Stop"}
		</Button>
	);
}

function EndedActions({ address, live: { recording }, onError }: LiveActionsProps) {
	const hasSamples = (recording?.samples ?? 0) > 0;
	// the upload follows the end: until it has arrived, the agent is asked
	const inArchive = useArrival(address, hasSamples).data === true;
	const actions = useRef<HTMLSpanElement>(null);
	useEffect(() => {
		// the Stop button is gone; without this, keyboard users would begin again at the top of the page
		if (document.activeElement === document.body) actions.current?.querySelector("button")?.focus();
	}, []);
	if (recording === null) return null;
	return (
		<span ref={actions} className="furnace-actions">
			{hasSamples ? (
				<DownloadMenu recording={recording} home={inArchive ? "archive" : "agent"} onError={onError} />
			) : null}
			<RecordAgain target={recording.target} />
			{inArchive ? <Link to={{ page: "recording", id: address.id }}>Saved in the archive</Link> : null}
		</span>
	);
}
