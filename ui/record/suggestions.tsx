import { Button } from "@patternfly/react-core";
import { usePods } from "../api/queries.ts";
import { Empty } from "../frame/empty.tsx";
import { isLocalMachine } from "../surroundings.ts";
import { percent, printable } from "../wording.ts";
import { suggestionsFrom } from "./local-machine.ts";

interface SuggestionsProps {
	namespace: string;
	onChoose: (pod: string) => void;
}

/** Before anything is chosen: the two choices most people begin with. */
export function Suggestions({ namespace, onChoose }: SuggestionsProps) {
	const pods = usePods(namespace).data?.items ?? [];
	const { busiest, demo } = suggestionsFrom(pods);
	const local = isLocalMachine(pods);
	const isBusy = busiest !== undefined && (busiest.cpuPercent ?? 0) >= 1;
	return (
		<Empty
			title="Choose what to record"
			small
			actions={
				<>
					{isBusy && busiest !== demo ? (
						<Button variant="secondary" onClick={() => onChoose(busiest.name)}>
							Take the busiest: {printable(busiest.name, 60)} ({percent(busiest.cpuPercent ?? 0)})
						</Button>
					) : null}
					{demo && local ? (
						<Button variant="secondary" onClick={() => onChoose(demo.name)}>
							Try it with the demo
						</Button>
					) : null}
				</>
			}
		>
			{local || isBusy
				? "The list is sorted by CPU use, the busiest at the top."
				: "Pods whose agent is ready stand at the top; choose another to see what it needs."}
		</Empty>
	);
}
