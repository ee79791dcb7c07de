import { Checkbox } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import type { ReactNode } from "react";
import type { Recording } from "../../contract/recording.ts";
import { Link } from "../frame/place.tsx";
import { StateLabel } from "../recording/state-label.tsx";
import { methodOf, titleOf } from "../recording/words.ts";
import { count, duration, moment, printable } from "../wording.ts";
import { DeleteButton } from "./delete-button.tsx";

interface ArchiveTableProps {
	recordings: readonly Recording[];
	/** to be compared: two at most */
	chosen: readonly Recording[];
	onChoose: (id: string, isChosen: boolean) => void;
}

export function ArchiveTable({ recordings, chosen, onChoose }: ArchiveTableProps) {
	const severalNamespaces = new Set(recordings.map(({ target }) => target.namespace)).size > 1;
	return (
		<Table role="table" aria-label="Recordings" variant="compact" gridBreakPoint="grid-lg">
			<Thead>
				<Tr>
					<Th screenReaderText="Compare" />
					<Th>Recording</Th>
					<Th>State</Th>
					<Th>Started</Th>
					<Th modifier="nowrap">Duration</Th>
					<Th modifier="nowrap">Samples</Th>
					<Th>Method</Th>
					<Th screenReaderText="Actions" />
				</Tr>
			</Thead>
			<Tbody>
				{recordings.map((recording) => (
					<ArchiveRow
						key={recording.id}
						recording={recording}
						namespaced={severalNamespaces}
						choice={
							<CompareChoice
								recording={recording}
								isChosen={chosen.includes(recording)}
								isFull={chosen.length === 2}
								onChoose={onChoose}
							/>
						}
					/>
				))}
			</Tbody>
		</Table>
	);
}

interface CompareChoiceProps {
	recording: Recording;
	isChosen: boolean;
	/** there is no room for another one */
	isFull: boolean;
	onChoose: ArchiveTableProps["onChoose"];
}

function CompareChoice({ recording, isChosen, isFull, onChoose }: CompareChoiceProps) {
	const { id, target, startedAt } = recording;
	return (
		<Checkbox
			id={`compare-${id}`}
			aria-label={`Compare ${titleOf(target)}, ${moment(startedAt)}`}
			isChecked={isChosen}
			isDisabled={isFull && !isChosen}
			onChange={(_, checked) => onChoose(id, checked)}
		/>
	);
}

interface ArchiveRowProps {
	recording: Recording;
	/** the namespace tells it from others */
	namespaced: boolean;
	choice: ReactNode;
}

function ArchiveRow({ recording, namespaced, choice }: ArchiveRowProps) {
	const { id, target, state, startedAt, durationSeconds, samples } = recording;
	return (
		<Tr>
			<Td dataLabel="Compare">{choice}</Td>
			<Td dataLabel="Recording">
				<Link to={{ page: "recording", id }}>
					<bdi>{titleOf(target)}</bdi>
				</Link>
				{namespaced ? <span> in {target.namespace}</span> : null}
				{target.command ? <bdi className="furnace-command">{printable(target.command, 120)}</bdi> : null}
			</Td>
			<Td dataLabel="State">
				<StateLabel state={state} />
			</Td>
			<Td dataLabel="Started">{moment(startedAt)}</Td>
			<Td dataLabel="Duration">{duration(durationSeconds)}</Td>
			<Td dataLabel="Samples">{count(samples)}</Td>
			<Td dataLabel="Method">{methodOf(recording)}</Td>
			<Td isActionCell>
				<DeleteButton recording={recording} compact />
			</Td>
		</Tr>
	);
}
