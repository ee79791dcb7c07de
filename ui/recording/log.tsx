import { ExpandableSection } from "@patternfly/react-core";
import { counted, printable } from "../wording.ts";

/** What the profiler wrote to its standard error. */
export function Log({ lines }: { lines: readonly string[] }) {
	if (lines.length === 0) return null;
	return (
		<ExpandableSection toggleText={`The profiler's own words (${counted(lines.length, "line")})`}>
			{/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
			<section className="furnace-log" tabIndex={0} aria-label="Log of the profiler">
				{lines.map((line) => printable(line, 2000)).join("\n")}
			</section>
		</ExpandableSection>
	);
}
