import { Label } from "@patternfly/react-core";
import type { Target } from "../../contract/target.ts";
import type { RecordChoice } from "../navigation.ts";
import { counted } from "../wording.ts";
import { type Choice, ChoiceList } from "./choice-list.tsx";

const WHOLE_POD = "pod";

interface TargetChoiceProps {
	targets: readonly Target[];
	chosen: RecordChoice;
	/** on one machine, where the pod is a process with those it started */
	local: boolean;
	onChoose: (part: Pick<RecordChoice, "pid" | "container">) => void;
}

/** The whole pod, one of its containers, or one of its processes. */
export function TargetChoice({ targets, chosen, local, onChoose }: TargetChoiceProps) {
	const choices = [wholeOf(local), ...targets.map(choiceOf)];
	const choose = (name: string) => {
		const target = targets.find((candidate) => nameOf(candidate) === name);
		onChoose(target === undefined ? {} : partOf(target));
	};
	const current = targets.find((target) => isChosen(target, chosen));
	return (
		<ChoiceList
			label="Processes"
			choices={choices}
			chosen={current ? nameOf(current) : WHOLE_POD}
			onChoose={choose}
			searchFrom={9}
		/>
	);
}

export function isChosen(target: Target, { pid, container }: RecordChoice): boolean {
	if (target.kind === "container") return pid === undefined && container === target.container;
	return pid !== undefined && pid === target.pid;
}

function wholeOf(local: boolean): Choice {
	const words = local
		? {
				title: "With all that it starts",
				description: "The process, its children, and those they start later",
			}
		: { title: "The whole pod", description: "All its processes, and those they start later" };
	return { name: WHOLE_POD, ...words, first: true };
}

function choiceOf(target: Target): Choice {
	const { name, command, cpuPercent, runtime, threads, pid } = target;
	const facts = [pid === undefined ? "container" : `PID ${pid}`, counted(threads, "thread")];
	const badge = (
		<>
			<span className="furnace-choice-facts">{facts.join(" · ")}</span>
			{runtime === "unknown" ? null : <Label isCompact>{runtime}</Label>}
		</>
	);
	return { name: nameOf(target), title: name, description: command, cpuPercent, badge };
}

function nameOf(target: Target): string {
	return target.kind === "container" ? `container:${target.container}` : `pid:${target.pid}`;
}

function partOf({ kind, pid, container }: Target): Pick<RecordChoice, "pid" | "container"> {
	if (kind === "container") return container === undefined ? {} : { container };
	return pid === undefined ? {} : { pid };
}
