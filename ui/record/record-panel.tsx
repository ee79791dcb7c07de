import { useState } from "react";
import { usePods, useStartRecording, useTargets } from "../api/queries.ts";
import { hasCode } from "../failure.ts";
import { FailureAlert } from "../frame/failure-alert.tsx";
import { LoadingLines } from "../frame/loading.tsx";
import { goTo } from "../frame/place.tsx";
import type { RecordChoice } from "../navigation.ts";
import { isLocalMachine } from "./local-machine.ts";
import { DEFAULT_OPTIONS, requestOf } from "./options.ts";
import { RecordForm } from "./record-form.tsx";
import { RunningRecordings } from "./running-recordings.tsx";
import { SkipNote } from "./skip-note.tsx";

interface RecordPanelProps {
	namespace: string;
	pod: string;
	choice: RecordChoice;
	onChoose: (part: Pick<RecordChoice, "pid" | "container">) => void;
}

/** Everything about one chosen pod: its processes, how to record, and what is being recorded already. */
export function RecordPanel({ namespace, pod, choice, onChoose }: RecordPanelProps) {
	const targets = useTargets(namespace, pod);
	const start = useStartRecording(namespace, pod);
	const [options, setOptions] = useState(DEFAULT_OPTIONS);
	const pods = usePods(namespace).data?.items ?? [];
	const known = pods.find(({ name }) => name === pod);
	if (targets.data === undefined) {
		if (!targets.error) return <LoadingLines what="processes" lines={5} />;
		return (
			<div className="furnace-stack">
				{known ? <SkipNote pod={known} /> : null}
				<FailureAlert error={targets.error} onRetry={() => void targets.refetch()} />
			</div>
		);
	}
	const away = targets.isRefetchError && !hasCode(targets.error, "target-not-found") ? targets.error : null;
	return (
		<div className="furnace-stack">
			{away ? <FailureAlert error={away} variant="warning" note="This page tries again by itself." /> : null}
			<RunningRecordings namespace={namespace} pod={pod} />
			<RecordForm
				targets={targets.data.items}
				choice={choice}
				local={isLocalMachine(pods)}
				onChoose={onChoose}
				options={options}
				onOptions={setOptions}
				starting={start.isPending}
				failure={start.error}
				onRecord={(profiler) =>
					start.mutate(requestOf(options, choice, profiler), {
						onSuccess: ({ id }) => goTo({ page: "live", namespace, pod, id }),
					})
				}
			/>
		</div>
	);
}
