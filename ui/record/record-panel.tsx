import { useMemo, useState } from "react";
import { type MissingRight, ProblemError } from "../../contract/problem.ts";
import type { ProfilerName } from "../../contract/recording.ts";
import type { Target } from "../../contract/target.ts";
import { usePods, useStartRecording, useTargets } from "../api/queries.ts";
import { hasCode } from "../failure.ts";
import { FailureAlert } from "../frame/failure-alert.tsx";
import { LoadingLines } from "../frame/loading.tsx";
import { goTo } from "../frame/place.tsx";
import type { RecordChoice } from "../navigation.ts";
import { isLocalMachine } from "../surroundings.ts";
import { AgentNote, ReachedBy } from "./agent-note.tsx";
import { DEFAULT_OPTIONS, requestOf } from "./options.ts";
import { RecordForm } from "./record-form.tsx";
import { RunningRecordings } from "./running-recordings.tsx";

interface RecordPanelProps {
	namespace: string;
	pod: string;
	choice: RecordChoice;
	onChoose: (part: Pick<RecordChoice, "pid" | "container">) => void;
}

/** Everything about one chosen pod: how it stands, its processes, how to record, and what is being recorded already. */
export function RecordPanel({ namespace, pod, choice, onChoose }: RecordPanelProps) {
	const pods = usePods(namespace);
	const known = pods.data?.items.find(({ name }) => name === pod);
	const unreachable = known !== undefined && known.agent.state !== "ready";
	const targets = useTargets(namespace, pod, !pods.isPending && !unreachable);
	const shown = hasCode(targets.error, "forbidden") ? undefined : targets.data;
	const note = known ? <AgentNote namespace={namespace} pod={known} /> : null;
	if (shown === undefined) {
		if (unreachable) return note;
		if (!targets.error) return <LoadingLines what="processes" lines={5} />;
		return <FailureAlert error={targets.error} onRetry={() => void targets.refetch()} />;
	}
	const away =
		!unreachable && targets.isRefetchError && !hasCode(targets.error, "target-not-found")
			? targets.error
			: null;
	return (
		<div className="furnace-stack">
			{note}
			{away ? <FailureAlert error={away} variant="warning" note="This page tries again by itself." /> : null}
			{unreachable ? null : <RunningRecordings namespace={namespace} pod={pod} />}
			<Recorder
				{...{ namespace, pod, choice, onChoose }}
				targets={shown.items}
				local={isLocalMachine(pods.data?.items ?? [])}
				missingRight={pods.data?.missingRight}
				askAgain={async () => (await pods.refetch()).data?.missingRight !== undefined}
			/>
			{known && !isLocalMachine([known]) ? <ReachedBy pod={known} /> : null}
		</div>
	);
}

interface RecorderProps extends RecordPanelProps {
	targets: readonly Target[];
	local: boolean;
	missingRight: MissingRight | undefined;
	/** asks which rights the caller has by now. @returns whether one is missing */
	askAgain: () => Promise<boolean>;
}

/** Starts a recording, where the caller may. */
function Recorder(props: RecorderProps) {
	const { namespace, pod, choice, onChoose, targets, local, missingRight, askAgain } = props;
	const start = useStartRecording(namespace, pod);
	const [options, setOptions] = useState(DEFAULT_OPTIONS);
	const denied = useMemo(
		() => missingRight && new ProblemError("forbidden", undefined, { right: missingRight }),
		[missingRight],
	);
	const record = (profiler: ProfilerName) =>
		start.mutate(requestOf(options, choice, profiler), {
			onSuccess: ({ id }) => goTo({ page: "live", namespace, pod, id }),
			onError: (error) => {
				if (!hasCode(error, "forbidden")) return;
				// the right was taken away since the pods were listed: from now on the list says so
				void askAgain().then((isMissing) => isMissing && start.reset());
			},
		});
	return (
		<RecordForm
			{...{ targets, choice, local, onChoose, options }}
			denied={denied ?? null}
			onOptions={setOptions}
			onTryAgain={() => void askAgain()}
			starting={start.isPending}
			failure={start.error}
			onRecord={record}
		/>
	);
}
