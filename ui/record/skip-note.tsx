import { Alert } from "@patternfly/react-core";
import type { Pod } from "../../contract/pod.ts";
import { printable } from "../wording.ts";

/** Why a pod has no agent, and which ways there are to reach it. */
export function SkipNote({ pod: { skip, routes, agent } }: { pod: Pod }) {
	if (skip === null && agent.state === "ready") return null;
	return (
		<Alert
			isInline
			variant="info"
			component="h3"
			title={skip ? "No agent was injected" : "The agent is not ready"}
		>
			{skip ? (
				<p>
					{printable(skip.message)} (<code>{printable(skip.code, 80)}</code>)
				</p>
			) : null}
			<ul>
				{routes.map(({ route, available, reason }) => (
					<li key={route}>
						{route}: {available ? "possible" : "not possible"} ({printable(reason)})
					</li>
				))}
			</ul>
		</Alert>
	);
}
