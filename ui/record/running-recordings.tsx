import { Alert } from "@patternfly/react-core";
import { hasEnded } from "../../contract/recording.ts";
import { useAgentRecordings } from "../api/queries.ts";
import { Link } from "../frame/place.tsx";
import { titleOf } from "../recording/words.ts";
import { clock, moment } from "../wording.ts";

/** What is being recorded in this pod already, by whomever: a closed tab is no lost recording. */
export function RunningRecordings({ namespace, pod }: { namespace: string; pod: string }) {
	const { data } = useAgentRecordings(namespace, pod);
	const running = data?.items.filter(({ state }) => !hasEnded(state)) ?? [];
	if (running.length === 0) return null;
	return (
		<Alert isInline variant="info" component="h3" title="Recording right now">
			<ul>
				{running.map(({ id, target, startedAt, durationSeconds }) => (
					<li key={id}>
						<Link to={{ page: "live", namespace, pod, id }}>
							{titleOf(target)}, since {moment(startedAt)}
						</Link>{" "}
						({clock(durationSeconds)})
					</li>
				))}
			</ul>
		</Alert>
	);
}
