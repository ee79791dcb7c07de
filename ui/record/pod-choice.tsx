import { Label } from "@patternfly/react-core";
import type { AgentState, Pod } from "../../contract/pod.ts";
import { usePods } from "../api/queries.ts";
import { Empty } from "../frame/empty.tsx";
import { FailureAlert } from "../frame/failure-alert.tsx";
import { LoadingLines } from "../frame/loading.tsx";
import { type Choice, ChoiceList } from "./choice-list.tsx";
import { isDemo } from "./local-machine.ts";

const AGENT_WORDS: Record<Exclude<AgentState, "ready">, string> = {
	absent: "no agent",
	lost: "agent lost",
	"stale-trust": "agent outdated",
};

interface PodChoiceProps {
	namespace: string;
	chosen: string | undefined;
	onChoose: (pod: string) => void;
}

export function PodChoice({ namespace, chosen, onChoose }: PodChoiceProps) {
	const { data, error, refetch } = usePods(namespace);
	if (data === undefined) {
		return error ? (
			<FailureAlert error={error} onRetry={() => void refetch()} />
		) : (
			<LoadingLines what="pods" lines={6} />
		);
	}
	if (data.items.length === 0) {
		return (
			<Empty title="No pods yet" small>
				Label or annotate a pod with <code>furnace: enabled</code> and restart it; it appears here by itself.
			</Empty>
		);
	}
	return <ChoiceList label="Pods" choices={data.items.map(choiceOf)} chosen={chosen} onChoose={onChoose} />;
}

function choiceOf(pod: Pod): Choice {
	const { name, cpuPercent } = pod;
	const description = isDemo(pod) ? "A small workload to try Furnace with" : pod.description;
	return { name, title: name, description, cpuPercent, badge: badgeOf(pod) };
}

function badgeOf(pod: Pod) {
	if (pod.agent.state !== "ready") {
		return (
			<Label isCompact color="orange">
				{AGENT_WORDS[pod.agent.state]}
			</Label>
		);
	}
	return isDemo(pod) ? (
		<Label isCompact color="blue">
			demo
		</Label>
	) : null;
}
