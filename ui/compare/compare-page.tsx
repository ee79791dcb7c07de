import { Alert, Button } from "@patternfly/react-core";
import { type ReactNode, useState } from "react";
import { DIFF_FORMATS, type DiffFormat } from "../../contract/formats.ts";
import type { Recording } from "../../contract/recording.ts";
import { changeOf, type ProfileDiff } from "../../profile/diff/diff.ts";
import { downloadDiff } from "../api/download.ts";
import { useArchivedRecording, useDiff } from "../api/queries.ts";
import { hasCode } from "../failure.ts";
import { Empty } from "../frame/empty.tsx";
import { FailureAlert } from "../frame/failure-alert.tsx";
import { Heading } from "../frame/heading.tsx";
import { LoadingLines } from "../frame/loading.tsx";
import { goTo, Link } from "../frame/place.tsx";
import type { Comparison } from "../navigation.ts";
import { FormatMenu } from "../recording/format-menu.tsx";
import { titleOf } from "../recording/words.ts";
import { counted, duration, moment } from "../wording.ts";
import { DiffPanel } from "./diff-panel.tsx";

const USES: Record<DiffFormat, string> = {
	html: "Opens in any browser, offline",
	svg: "A picture of both, coloured by what changed",
	folded: "Two counts for each stack, for flamegraph tools",
	json: "For your own programs",
	txt: "Functions by how much they changed",
};

/** What has changed between two recordings of the archive. */
export function ComparePage({ base, comparison }: Comparison) {
	if (base !== undefined && comparison !== undefined) return <Comparing ids={{ base, comparison }} />;
	return (
		<>
			<Heading>Compare</Heading>
			<Empty
				title="Two recordings are needed"
				actions={<Link to={{ page: "recordings" }}>All recordings</Link>}
			>
				Tick two recordings in the list and press Compare.
			</Empty>
		</>
	);
}

function Comparing({ ids }: { ids: Required<Comparison> }) {
	const [failure, setFailure] = useState<unknown>(null);
	const { data, error, refetch } = useDiff(ids.base, ids.comparison);
	const swap = () => goTo({ page: "compare", base: ids.comparison, comparison: ids.base }, "replace");
	return (
		<>
			<Heading
				title={error ? "Comparison not shown" : "Comparison"}
				intro="Each recording's functions as shares of all its samples: so short and long ones can be compared."
				actions={
					data ? (
						<>
							<FormatMenu
								formats={DIFF_FORMATS}
								uses={USES}
								download={(format, onProgress) => downloadDiff({ ...ids, format }, onProgress)}
								onError={setFailure}
							/>
							<Button variant="secondary" onClick={swap}>
								Swap
							</Button>
						</>
					) : undefined
				}
			>
				Comparison
			</Heading>
			{failure === null ? null : <FailureAlert error={failure} />}
			{hasCode(error, "recording-not-found") ? null : <Sides {...ids} />}
			{data ? (
				<>
					<Remark diff={data} />
					<DiffPanel diff={data} />
				</>
			) : error ? (
				<Failed error={error} onRetry={() => void refetch()} />
			) : (
				<LoadingLines what="the comparison" lines={8} />
			)}
		</>
	);
}

function Failed({ error, onRetry }: { error: unknown; onRetry: () => void }) {
	const isFinal = hasCode(error, "recording-not-found", "not-comparable");
	return (
		<>
			<FailureAlert error={error} {...(isFinal ? {} : { onRetry })} />
			<p>
				<Link to={{ page: "recordings" }}>All recordings</Link>
			</p>
		</>
	);
}

/** What the picture cannot say by itself. */
function Remark({ diff }: { diff: ProfileDiff }) {
	const text = remarkOn(diff);
	return text === null ? null : <Alert isInline variant="info" component="h2" title={text} />;
}

function remarkOn(diff: ProfileDiff): string | null {
	const base = diff.base.total[0] > 0;
	const comparison = diff.comparison.total[0] > 0;
	if (!base || !comparison)
		return `${base ? "The comparison has" : comparison ? "The base has" : "Both have"} no samples`;
	const isSame = diff.base.total.every(
		(weight, node) => changeOf(diff, weight, diff.comparison.total[node]) === 0,
	);
	return isSame ? "Nothing has changed: every function has the same share in both" : null;
}

function Sides({ base, comparison }: Required<Comparison>) {
	return (
		<dl className="furnace-sides">
			<Side name="Base" note="before" id={base} />
			<Side name="Comparison" note="after" id={comparison} />
		</dl>
	);
}

function Side({ name, note, id }: { name: string; note: string; id: string }) {
	const { data } = useArchivedRecording(id);
	return (
		<div className="furnace-side">
			<dt>
				{name} ({note})
			</dt>
			<dd>{data ? <SideWords recording={data} /> : id}</dd>
		</div>
	);
}

function SideWords({ recording }: { recording: Recording }): ReactNode {
	const { id, target, startedAt, durationSeconds, samples } = recording;
	return (
		<>
			<Link to={{ page: "recording", id }}>
				<bdi>{titleOf(target)}</bdi>
			</Link>
			<div>
				{moment(startedAt)} · {duration(durationSeconds)} · {counted(samples, "sample")}
			</div>
		</>
	);
}
