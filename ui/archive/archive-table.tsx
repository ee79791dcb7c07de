import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import type { Recording } from "../../contract/recording.ts";
import { Link } from "../frame/place.tsx";
import { StateLabel } from "../recording/state-label.tsx";
import { methodOf, titleOf } from "../recording/words.ts";
import { count, duration, moment, printable } from "../wording.ts";
import { DeleteButton } from "./delete-button.tsx";

export function ArchiveTable({ recordings }: { recordings: readonly Recording[] }) {
	const severalNamespaces = new Set(recordings.map(({ target }) => target.namespace)).size > 1;
	return (
		<Table role="table" aria-label="Recordings" variant="compact" gridBreakPoint="grid-lg">
			<Thead>
				<Tr>
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
					<ArchiveRow key={recording.id} recording={recording} namespaced={severalNamespaces} />
				))}
			</Tbody>
		</Table>
	);
}

/** @param namespaced whether the namespace tells it from others */
function ArchiveRow({ recording, namespaced }: { recording: Recording; namespaced: boolean }) {
	const { id, target, state, startedAt, durationSeconds, samples } = recording;
	return (
		<Tr>
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
