import { useState } from "react";
import type { Recording } from "../../contract/recording.ts";
import { useArchivedRecording, useArchivedTree } from "../api/queries.ts";
import { DeleteButton } from "../archive/delete-button.tsx";
import { hasCode } from "../failure.ts";
import { FailureAlert } from "../frame/failure-alert.tsx";
import { Heading } from "../frame/heading.tsx";
import { LoadingLines } from "../frame/loading.tsx";
import { goTo, Link } from "../frame/place.tsx";
import { moment } from "../wording.ts";
import { CauseAlert } from "./cause-alert.tsx";
import { DownloadMenu } from "./download-menu.tsx";
import { NoSamples } from "./no-samples.tsx";
import { ProfilePanel } from "./profile-panel.tsx";
import { RecordAgain } from "./record-again.tsx";
import { RecordingFacts } from "./recording-facts.tsx";
import { StateLabel } from "./state-label.tsx";
import { SymbolNote } from "./symbol-note.tsx";
import { methodOf, STATE_WORDS, titleOf } from "./words.ts";

/** A recording of the archive. */
export function RecordingPage({ id }: { id: string }) {
	const { data, error, refetch } = useArchivedRecording(id);
	if (data !== undefined) return <ArchivedRecording recording={data} />;
	return (
		<>
			<Heading title={error ? "Recording not shown" : "Loading"}>Recording</Heading>
			{error ? (
				<>
					{hasCode(error, "recording-not-found") ? (
						<FailureAlert error={error} />
					) : (
						<FailureAlert error={error} onRetry={() => void refetch()} />
					)}
					<p>
						<Link to={{ page: "recordings" }}>All recordings</Link>
					</p>
				</>
			) : (
				<LoadingLines what="the recording" lines={8} />
			)}
		</>
	);
}

function ArchivedRecording({ recording }: { recording: Recording }) {
	const { id, target, state, startedAt, durationSeconds, symbols, samples } = recording;
	const [failure, setFailure] = useState<unknown>(null);
	const title = titleOf(target);
	return (
		<>
			<Heading
				title={`${STATE_WORDS[state]}: ${title}`}
				intro={
					<>
						<StateLabel state={state} /> {moment(startedAt)} · {methodOf(recording)}
					</>
				}
				actions={
					<>
						{samples > 0 ? <DownloadMenu recording={recording} home="archive" onError={setFailure} /> : null}
						<RecordAgain target={target} />
						<DeleteButton recording={recording} onDeleted={() => goTo({ page: "recordings" })} />
					</>
				}
			>
				{title}
			</Heading>
			{failure === null ? null : <FailureAlert error={failure} />}
			<CauseAlert recording={recording} />
			<RecordingFacts figures={recording} seconds={durationSeconds} />
			{symbols ? <SymbolNote symbols={symbols} samples={samples} /> : null}
			{samples > 0 ? <ArchivedProfile id={id} /> : <NoSamples state={state} seconds={durationSeconds} />}
		</>
	);
}

function ArchivedProfile({ id }: { id: string }) {
	const { data, error, refetch } = useArchivedTree(id);
	if (data !== undefined) return <ProfilePanel tree={data} />;
	if (error) return <FailureAlert error={error} onRetry={() => void refetch()} />;
	return <LoadingLines what="the flamegraph" lines={8} />;
}
