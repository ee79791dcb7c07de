import { Card, CardBody, CardTitle } from "@patternfly/react-core";
import { useNamespaces, usePods } from "../api/queries.ts";
import { FailureAlert } from "../frame/failure-alert.tsx";
import { Heading } from "../frame/heading.tsx";
import { LoadingLines } from "../frame/loading.tsx";
import { goTo } from "../frame/place.tsx";
import type { RecordChoice } from "../navigation.ts";
import { isLocalMachine } from "../surroundings.ts";
import { NamespaceChoice } from "./namespace-choice.tsx";
import { NoNamespaces } from "./no-namespaces.tsx";
import { PodChoice } from "./pod-choice.tsx";
import { RecordPanel } from "./record-panel.tsx";
import { Suggestions } from "./suggestions.tsx";

/** Choose what to record, and how; the choice stands in the address, so that it can be shared and reloaded. */
export function RecordPage({ place }: { place: RecordChoice }) {
	const { data, error, refetch } = useNamespaces();
	const names = data?.items.map(({ name }) => name) ?? [];
	const namespace = place.namespace ?? names[0];
	return (
		<>
			<Heading intro="Choose what to look into, press Record, watch the flamegraph grow, and press Stop when you have seen enough.">
				Record
			</Heading>
			{data === undefined ? (
				error ? (
					<FailureAlert error={error} onRetry={() => void refetch()} />
				) : (
					<LoadingLines what="namespaces" lines={6} />
				)
			) : namespace === undefined ? (
				<NoNamespaces />
			) : (
				<Choices place={place} namespace={namespace} namespaces={names} />
			)}
		</>
	);
}

interface ChoicesProps {
	place: RecordChoice;
	namespace: string;
	namespaces: readonly string[];
}

function Choices({ place, namespace, namespaces }: ChoicesProps) {
	const choose = (choice: RecordChoice) => goTo({ page: "record", ...choice }, "replace");
	const choosePod = (pod: string) => choose({ namespace, pod });
	const local = isLocalMachine(usePods(namespace).data?.items ?? []);
	const onlyOne = namespaces.length === 1 && namespaces[0] === namespace;
	return (
		<div className="furnace-columns">
			<Card component="section">
				<CardTitle component="h2">{local ? "Processes of this machine" : "Pod"}</CardTitle>
				<CardBody>
					{local && onlyOne ? null : (
						<NamespaceChoice
							names={namespaces}
							chosen={namespace}
							onChoose={(name) => choose({ namespace: name })}
						/>
					)}
					<PodChoice key={namespace} namespace={namespace} chosen={place.pod} onChoose={choosePod} />
				</CardBody>
			</Card>
			<Card component="section">
				<CardTitle component="h2">Recording</CardTitle>
				<CardBody>
					{place.pod === undefined ? (
						<Suggestions namespace={namespace} onChoose={choosePod} />
					) : (
						<RecordPanel
							key={`${namespace}/${place.pod}`}
							namespace={namespace}
							pod={place.pod}
							choice={place}
							onChoose={(part) => choose({ namespace, ...(place.pod ? { pod: place.pod } : {}), ...part })}
						/>
					)}
				</CardBody>
			</Card>
		</div>
	);
}
