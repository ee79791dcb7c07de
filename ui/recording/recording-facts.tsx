import type { LiveStatus } from "../../contract/call-tree.ts";
import { clock, count, percent, share } from "../wording.ts";
import { Fact, Facts } from "./facts.tsx";

type Figures = Pick<LiveStatus, "samples" | "lost" | "symbols" | "overhead">;

/** Samples, time, losses, names and cost of a recording, running or over. */
export function RecordingFacts({ figures, seconds }: { figures: Figures; seconds: number }) {
	const { samples, lost, symbols, overhead } = figures;
	return (
		<Facts>
			<Fact name="Time">
				<span role="timer">{clock(seconds)}</span>
			</Fact>
			<Fact name="Samples">{count(samples)}</Fact>
			<Fact name="Lost" note="Samples that were taken but dropped: the machine was too busy to keep them">
				{count(lost)}
				{lost > 0 ? ` (${share(lost, samples + lost)})` : ""}
			</Fact>
			{symbols === undefined || symbols.total === 0 ? null : (
				<Fact name="Functions with a name" note="Share of all functions in all samples">
					{share(symbols.named, symbols.total)}
				</Fact>
			)}
			{overhead === undefined ? null : (
				<Fact name="Profiler uses" note="CPU time of perf and of reading its samples, in percent of one core">
					{percent(overhead.cpuPercent)} of a core
				</Fact>
			)}
		</Facts>
	);
}
