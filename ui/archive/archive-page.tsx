import { SearchInput } from "@patternfly/react-core";
import { useState } from "react";
import type { Recording } from "../../contract/recording.ts";
import { useArchive } from "../api/queries.ts";
import { Empty } from "../frame/empty.tsx";
import { FailureAlert } from "../frame/failure-alert.tsx";
import { Heading } from "../frame/heading.tsx";
import { LoadingLines } from "../frame/loading.tsx";
import { Link } from "../frame/place.tsx";
import { matches } from "../record/order.ts";
import { counted, printable } from "../wording.ts";
import { ArchiveTable } from "./archive-table.tsx";
import { CompareBar } from "./compare-bar.tsx";

/** All stored recordings. */
export function ArchivePage() {
	const { data, error, refetch } = useArchive();
	const title = data
		? counted(data.items.length, "recording")
		: error
			? "Recordings not shown"
			: "Recordings";
	return (
		<>
			<Heading title={title} intro="Finished recordings. They stay when their pod is gone.">
				Recordings
			</Heading>
			{data ? (
				<Archive recordings={data.items} />
			) : error ? (
				<FailureAlert error={error} onRetry={() => void refetch()} />
			) : (
				<LoadingLines what="recordings" lines={6} />
			)}
		</>
	);
}

function Archive({ recordings }: { recordings: readonly Recording[] }) {
	const [search, setSearch] = useState("");
	const [ids, setIds] = useState<readonly string[]>([]);
	if (recordings.length === 0) {
		return (
			<Empty title="No recordings yet" actions={<Link to={{ page: "record" }}>Record something</Link>}>
				Choose what to look into, press Record, and stop when you have seen enough: the result is kept here.
			</Empty>
		);
	}
	const chosen = recordings.filter(({ id }) => ids.includes(id));
	const found = recordings.filter(({ target, id }) =>
		matches(search, target.namespace, target.pod, target.container, target.command, id),
	);
	return (
		<>
			<SearchInput
				className="furnace-archive-search"
				aria-label="Search recordings"
				placeholder="Search pods and commands"
				value={search}
				onChange={(_, value) => setSearch(value)}
				onClear={() => setSearch("")}
			/>
			{recordings.length > 1 ? <CompareBar chosen={chosen} onClear={() => setIds([])} /> : null}
			{found.length === 0 ? (
				<p className="furnace-none">Nothing matches “{printable(search, 60)}”.</p>
			) : (
				<ArchiveTable
					recordings={found}
					chosen={chosen}
					onChoose={(id, isChosen) => setIds(isChosen ? [...ids, id] : ids.filter((one) => one !== id))}
				/>
			)}
		</>
	);
}
