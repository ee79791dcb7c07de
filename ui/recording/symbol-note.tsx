import { Alert } from "@patternfly/react-core";
import type { SymbolQuality } from "../../contract/recording.ts";
import { CopyLine } from "../frame/copy-line.tsx";
import { printable, share } from "../wording.ts";

/** Below this share of named frames it is worth a word without being asked. */
const GOOD_SHARE = 0.95;

/** Which modules have no names, why, and the line that mends it. */
export function SymbolNote({ symbols }: { symbols: SymbolQuality }) {
	const { named, total, modules } = symbols;
	const worst = modules.filter((module) => module.named < module.total);
	if (total === 0 || named / total >= GOOD_SHARE || worst.length === 0) return null;
	return (
		<Alert
			isInline
			isExpandable
			variant="warning"
			component="h2"
			title={`${share(total - named, total)} of the frames have no name`}
			toggleAriaLabel="Which modules, and what to do"
		>
			<ul className="furnace-modules">
				{worst.slice(0, 5).map((module) => (
					<li key={module.module}>
						<bdi>{printable(module.module || "[unknown]", 200)}</bdi> (
						{share(module.total - module.named, total)} of all frames)
						{module.reason === undefined ? null : <div>{printable(module.reason)}</div>}
						{module.fix === undefined ? null : <CopyLine text={module.fix} label="Copy the fix" />}
					</li>
				))}
			</ul>
		</Alert>
	);
}
