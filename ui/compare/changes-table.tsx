import "../profile-view/functions-table.css";
import "./compare.css";
import { useState } from "react";
import type { ProfileDiff } from "../../profile/diff/diff.ts";
import type { FunctionChange } from "../../profile/diff/functions.ts";
import { baseName, cleanText } from "../../profile/frame-name.ts";
import { keyOf } from "../profile-view/functions.ts";
import { counted } from "../wording.ts";
import { changeWords, fromToWords } from "./words.ts";

interface ChangesTableProps {
	diff: ProfileDiff;
	changes: readonly FunctionChange[];
	/** some are left out by the search */
	isFiltered: boolean;
	onPick: (entry: FunctionChange) => void;
}

const PAGE = 50;

/** Functions by how much their own share has changed. */
export function ChangesTable({ diff, changes, isFiltered, onPick }: ChangesTableProps) {
	const [limit, setLimit] = useState(PAGE);
	const shown = changes.slice(0, limit);
	const all = `${counted(changes.length, "function")}${isFiltered ? " found" : ""}`;
	return (
		<div className="fp-functions furnace-changes">
			<table>
				<caption className="fp-caption">
					{shown.length < changes.length ? `${all}, ${shown.length} shown` : all}, by what changed in
					themselves
				</caption>
				<thead>
					<tr>
						<th scope="col" className="fp-weight">
							Self
						</th>
						<th scope="col" className="fp-weight">
							Total
						</th>
						<th scope="col">Function</th>
						<th scope="col">Module</th>
					</tr>
				</thead>
				<tbody>
					{shown.map((entry) => (
						<ChangeRow key={keyOf(entry)} diff={diff} entry={entry} onPick={onPick} />
					))}
				</tbody>
			</table>
			{shown.length < changes.length ? (
				<button type="button" className="fp-button" onClick={() => setLimit(limit + 4 * PAGE)}>
					Show more
				</button>
			) : null}
		</div>
	);
}

interface ChangeRowProps {
	diff: ProfileDiff;
	entry: FunctionChange;
	onPick: (entry: FunctionChange) => void;
}

function ChangeRow({ diff, entry, onPick }: ChangeRowProps) {
	const { base, comparison, selfChange, totalChange } = entry;
	const name = cleanText(entry.name);
	const path = cleanText(entry.module);
	return (
		<tr>
			<ChangeCell change={selfChange} fromTo={fromToWords(diff, base.self, comparison.self)} />
			<ChangeCell change={totalChange} fromTo={fromToWords(diff, base.total, comparison.total)} />
			<td className="fp-function">
				<button
					type="button"
					className="fp-button fp-pick"
					title={`${name}: show it in the flamegraph`}
					onClick={() => onPick(entry)}
				>
					<bdi>{name}</bdi>
				</button>
			</td>
			<td className="fp-module" title={path}>
				<bdi>{baseName(path)}</bdi>
			</td>
		</tr>
	);
}

function ChangeCell({ change, fromTo }: { change: number; fromTo: string }) {
	const direction = change > 0 ? "grew" : change < 0 ? "shrank" : "same";
	return (
		<td className={`fp-weight furnace-${direction}`}>
			<span className="furnace-change">{changeWords(change)}</span>
			<span className="furnace-from-to">{fromTo}</span>
		</td>
	);
}
