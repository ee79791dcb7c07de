import { Button } from "@patternfly/react-core";
import { usePods } from "../api/queries.ts";
import { Empty } from "../frame/empty.tsx";
import { percent, printable } from "../wording.ts";
import { suggestionsFrom } from "./local-machine.ts";

interface SuggestionsProps {
	namespace: string;
	onChoose: (pod: string) => void;
}

/** Before anything is chosen: the two choices most people begin with. */
export function Suggestions({ namespace, onChoose }: SuggestionsProps) {
	const { busiest, demo } = suggestionsFrom(usePods(namespace).data?.items ?? []);
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
					{demo ? (
						<Button variant="secondary" onClick={() => onChoose(demo.name)}>
							Try it with the demo
						</Button>
					) : null}
				</>
			}
		>
			The list is sorted by CPU use, the busiest at the top.
		</Empty>
	);
}
