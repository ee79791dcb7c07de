import "../compare/compare.css";
import { Button } from "@patternfly/react-core";
import type { Recording } from "../../contract/recording.ts";
import { goTo } from "../frame/place.tsx";

interface CompareBarProps {
	chosen: readonly Recording[];
	onClear: () => void;
}

const HINTS = [
	"Tick two recordings to see what changed between them.",
	"One is chosen: tick another one.",
	"Two are chosen; the older one is the base.",
];

/** Leads from two chosen recordings to their comparison. */
export function CompareBar({ chosen, onClear }: CompareBarProps) {
	const [base, comparison] = chosen.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt));
	return (
		<div className="furnace-compare-bar">
			<Button
				variant="secondary"
				isAriaDisabled={comparison === undefined}
				aria-describedby="compare-hint"
				onClick={() => {
					if (base && comparison) goTo({ page: "compare", base: base.id, comparison: comparison.id });
				}}
			>
				Compare
			</Button>
			<span id="compare-hint" role="status">
				{HINTS[Math.min(chosen.length, 2)]}
			</span>
			{chosen.length === 0 ? null : (
				<Button variant="link" isInline onClick={onClear}>
					Choose none
				</Button>
			)}
		</div>
	);
}
