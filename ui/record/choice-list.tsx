import { SearchInput } from "@patternfly/react-core";
import { type ReactNode, useId, useRef, useState } from "react";
import { count, percent, printable } from "../wording.ts";
import { byWeight, cutAround, keepOrder, matches } from "./order.ts";

export interface Choice {
	/** unique in its list */
	name: string;
	title: string;
	description?: string | undefined;
	/** of one core */
	cpuPercent?: number | undefined;
	badge?: ReactNode;
	/** stands before all others, whatever its CPU */
	first?: boolean;
	/** stands after all others */
	last?: boolean;
	/** found by these as well */
	words?: string;
}

/** More rows than anybody reads; the others are a search away, and the page stays quick with thousands. */
const SHOWN = 200;

interface ChoiceListProps {
	label: string;
	choices: readonly Choice[];
	chosen: string | undefined;
	onChoose: (name: string) => void;
	/** from this many on there is a search field */
	searchFrom?: number;
}

/** One of many, busiest first; it does not reorder while somebody is looking for something in it. */
export function ChoiceList({ label, choices, chosen, onChoose, searchFrom = 6 }: ChoiceListProps) {
	const [search, setSearch] = useState("");
	const [held, setHeld] = useState(false);
	const group = useId();
	const ordered = useOrder(choices, held);
	const found = ordered.filter(({ name, title, description, words }) =>
		matches(search, name, title, description, words),
	);
	const shown = cutAround(found, chosen, SHOWN);
	return (
		<fieldset
			className="furnace-choices"
			onPointerEnter={() => setHeld(true)}
			onPointerLeave={() => setHeld(false)}
			onFocus={() => setHeld(true)}
			onBlur={() => setHeld(false)}
		>
			<legend className="pf-v6-screen-reader">{label}</legend>
			{choices.length < searchFrom ? null : (
				<SearchInput
					aria-label={`Search: ${label}`}
					placeholder={`Search ${count(choices.length)}`}
					value={search}
					onChange={(_, value) => setSearch(value)}
					onClear={() => setSearch("")}
				/>
			)}
			<div className="furnace-choices-scroll">
				{shown.map((choice) => (
					<ChoiceRow
						key={choice.name}
						choice={choice}
						group={group}
						chosen={choice.name === chosen}
						onChoose={onChoose}
					/>
				))}
				{found.length === 0 ? (
					<p className="furnace-none">Nothing matches “{printable(search, 60)}”.</p>
				) : null}
				{shown.length < found.length ? (
					<p className="furnace-none">
						{count(found.length - shown.length)} more: search by name, owner or state to find them.
					</p>
				) : null}
			</div>
			<p className="pf-v6-screen-reader" role="status">
				{search === "" ? "" : `${found.length} found`}
			</p>
		</fieldset>
	);
}

interface ChoiceRowProps {
	choice: Choice;
	group: string;
	chosen: boolean;
	onChoose: (name: string) => void;
}

function ChoiceRow({ choice, group, chosen, onChoose }: ChoiceRowProps) {
	const { name, title, description, badge, cpuPercent } = choice;
	return (
		<label className="furnace-choice">
			<input type="radio" name={group} value={name} checked={chosen} onChange={() => onChoose(name)} />
			<span className="furnace-choice-text">
				<bdi className="furnace-choice-title">{printable(title, 253)}</bdi>
				{badge}
				{description ? <bdi className="furnace-command">{printable(description, 300)}</bdi> : null}
			</span>
			{cpuPercent === undefined ? null : <Cpu value={cpuPercent} />}
		</label>
	);
}

function Cpu({ value }: { value: number }) {
	return (
		<span className="furnace-cpu" title="CPU use, in percent of one core">
			<span aria-hidden="true" className="furnace-cpu-bar">
				<span style={{ width: `${Math.min(100, value)}%` }} />
			</span>
			{percent(value)} CPU
		</span>
	);
}

function useOrder(choices: readonly Choice[], held: boolean): Choice[] {
	const shown = useRef<string[]>([]);
	const weighted = choices.map((choice) => ({ name: choice.name, weight: weightOf(choice) }));
	shown.current = held ? keepOrder(shown.current, weighted) : byWeight(weighted);
	const byName = new Map(choices.map((choice) => [choice.name, choice]));
	return shown.current.flatMap((name) => byName.get(name) ?? []);
}

function weightOf({ cpuPercent = 0, first, last }: Choice): number {
	if (first) return Number.POSITIVE_INFINITY;
	return last ? cpuPercent - 1e6 : cpuPercent;
}
