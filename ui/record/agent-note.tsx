import { Alert, ExpandableSection } from "@patternfly/react-core";
import type { LadderRoute, Pod } from "../../contract/pod.ts";
import { referenceTo, type Workload, workloadOf } from "../commands/workload.ts";
import { CopyLines } from "../frame/copy-line.tsx";
import { printable } from "../wording.ts";
import { adviceFor, ROUTE_WORDS } from "./agent-words.ts";

/** Why a pod cannot be recorded now: what is so, the fix to copy, and which other ways there are to reach it. */
export function AgentNote({ namespace, pod }: { namespace: string; pod: Pod }) {
	const advice = adviceFor(namespace, pod);
	if (advice === null) return null;
	const { title, reason, nextStep, commands, code } = advice;
	return (
		<Alert isInline variant={pod.skip === null ? "warning" : "info"} component="h3" title={title}>
			<div className="furnace-advice">
				<p>
					{printable(reason, 1000)}
					{code === undefined ? null : (
						<>
							{" "}
							(<code>{printable(code, 80)}</code>)
						</>
					)}
				</p>
				{nextStep === "" ? null : <p>{printable(nextStep, 1000)}</p>}
				<CopyLines lines={commands} label="Copy the fix" />
				<WorkloadNote commands={commands} workload={workloadOf(pod)} />
				<RouteLadder routes={pod.routes} said={pod.skip?.message} />
			</div>
		</Alert>
	);
}

/** Where the commands do not know for certain whose pod it is. */
function WorkloadNote({ commands, workload }: { commands: readonly string[]; workload: Workload | null }) {
	if (workload === null && commands.some((line) => line.includes(referenceTo(null)))) {
		return (
			<p>
				Put what makes the pod in place of <code>{referenceTo(null)}</code>; a pod that stands alone is
				deleted and created again.
			</p>
		);
	}
	if (workload?.sure !== false || !commands.some((line) => line.includes(referenceTo(workload)))) return null;
	return <p>The workload's name is taken from the pod's: check it before you run this.</p>;
}

/** The ways to reach the pod, best first, each with its reason, unless that was said before. */
function RouteLadder({ routes, said }: { routes: readonly LadderRoute[]; said?: string | undefined }) {
	if (routes.length === 0) return null;
	return (
		<>
			<p>Ways to reach it, best first:</p>
			<ol className="furnace-routes">
				{routes.map(({ route, available, reason }) => (
					<li key={route}>
						<strong>{ROUTE_WORDS[route]}</strong>: {available ? "possible" : "not possible"}.{" "}
						{reason === said ? "See above." : printable(reason, 500)}
					</li>
				))}
			</ol>
		</>
	);
}

/** For a pod that can be recorded: by which way, folded away. */
export function ReachedBy({ pod: { agent, routes } }: { pod: Pod }) {
	const taken = routes.find(({ available }) => available);
	if (agent.state !== "ready" || taken === undefined) return null;
	return (
		<ExpandableSection toggleText={`Reached by: ${ROUTE_WORDS[taken.route].toLowerCase()}`} isIndented>
			<div className="furnace-advice">
				<RouteLadder routes={routes} />
			</div>
		</ExpandableSection>
	);
}
