import { Alert, ExpandableSection } from "@patternfly/react-core";
import type { SymbolQuality } from "../../contract/recording.ts";
import { CopyLine } from "../frame/copy-line.tsx";
import { printable } from "../wording.ts";
import { moduleWords, type SymbolFigures, symbolTitle } from "./symbol-words.ts";

type Module = SymbolQuality["modules"][number];

/** Which modules lack names or callers, why, and the line that mends it: a warning where it is too much to be overlooked. */
export function SymbolNote(figures: SymbolFigures) {
	const { modules } = figures.symbols;
	if (modules.length === 0) return null;
	const title = symbolTitle(figures);
	if (title === null) {
		return (
			<ExpandableSection toggleText="Names that are missing">
				<Modules {...figures} />
			</ExpandableSection>
		);
	}
	return (
		<Alert
			isInline
			isExpandable
			variant="warning"
			component="h2"
			title={title}
			toggleAriaLabel="Which modules, and what to do"
		>
			<Modules {...figures} />
		</Alert>
	);
}

function Modules(figures: SymbolFigures) {
	return (
		<ul className="furnace-modules">
			{figures.symbols.modules.map((module) => (
				<li key={module.module}>
					<ModuleWords module={module} words={moduleWords(module, figures)} />
				</li>
			))}
		</ul>
	);
}

function ModuleWords({ module: { module, reason, fix }, words }: { module: Module; words: string }) {
	return (
		<>
			<bdi>{printable(module || "[unknown]", 200)}</bdi>: {words}
			{reason === undefined ? null : <div>{printable(reason)}</div>}
			{fix === undefined ? null : <CopyLine text={fix} label="Copy the fix" />}
		</>
	);
}
