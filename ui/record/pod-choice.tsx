import { Label } from "@patternfly/react-core";
import type { Pod } from "../../contract/pod.ts";
import { usePods } from "../api/queries.ts";
import { labelWorkload } from "../commands/kubectl.ts";
import { hasCode } from "../failure.ts";
import { CopyLine } from "../frame/copy-line.tsx";
import { Empty } from "../frame/empty.tsx";
import { FailureAlert } from "../frame/failure-alert.tsx";
import { LoadingLines } from "../frame/loading.tsx";
import { isLocalMachine } from "../surroundings.ts";
import { stateWords } from "./agent-words.ts";
import { type Choice, ChoiceList } from "./choice-list.tsx";
import { isDemo } from "./local-machine.ts";

interface PodChoiceProps {
	namespace: string;
	chosen: string | undefined;
	onChoose: (pod: string) => void;
}

export function PodChoice({ namespace, chosen, onChoose }: PodChoiceProps) {
	const { data, error, refetch } = usePods(namespace);
	// a right that was taken away takes with it what was shown by it
	if (data === undefined || hasCode(error, "forbidden", "namespace-not-found")) {
		return error ? (
			<FailureAlert error={error} onRetry={() => void refetch()} />
		) : (
			<LoadingLines what="pods" lines={6} />
		);
	}
	if (data.items.length === 0) {
		return (
			<Empty title="No pods yet" small>
				<p>Label what makes your pods; they are made anew and appear here by themselves:</p>
				<CopyLine text={labelWorkload(namespace)} />
			</Empty>
		);
	}
	const local = isLocalMachine(data.items);
	const choices = data.items.map((pod) => choiceOf(pod, local));
	return <ChoiceList label="Pods" choices={choices} chosen={chosen} onChoose={onChoose} />;
}

function choiceOf(pod: Pod, local: boolean): Choice {
	const { name, cpuPercent, agent } = pod;
	const demo = local && isDemo(pod);
	const description = demo ? "A small workload to try Furnace with" : pod.description;
	const badge = demo && agent.state === "ready" ? DEMO : badgeOf(pod, local);
	return {
		name,
		title: name,
		description,
		cpuPercent,
		badge,
		last: agent.state !== "ready",
		words: stateWords(pod),
	};
}

const DEMO = (
	<Label isCompact color="blue">
		demo
	</Label>
);

/** On one machine all are ready as a rule, so that only the others need a word. */
function badgeOf(pod: Pod, local: boolean) {
	const ready = pod.agent.state === "ready";
	if (ready && local) return null;
	return (
		<Label isCompact color={ready ? "green" : pod.skip === null ? "orange" : "grey"}>
			{stateWords(pod)}
		</Label>
	);
}
