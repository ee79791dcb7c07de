import { useEffect, useMemo, useRef, useState } from "react";
import type { ProfileDiff } from "../../profile/diff/diff.ts";
import { changedFunctions } from "../../profile/diff/functions.ts";
import { widthTree } from "../../profile/diff/look.ts";
import { type FunctionName, foundIn, heaviestNode } from "../profile-view/functions.ts";
import { createGraphPanel, type GraphPanel } from "../profile-view/graph-panel.ts";
import { ChangesTable } from "./changes-table.tsx";
import { MostChanged } from "./most-changed.tsx";
import { changeLegend, describeChange, shadeByChange } from "./words.ts";

/** What has changed, as one flamegraph of both and as a table of functions. */
export function DiffPanel({ diff }: { diff: ProfileDiff }) {
	const host = useRef<HTMLDivElement>(null);
	const panel = useRef<GraphPanel>(null);
	const [isFound, setFound] = useState<((entry: FunctionName) => boolean) | null>(null);
	const changes = useMemo(() => changedFunctions(diff), [diff]);
	const tree = useMemo(() => widthTree(diff), [diff]);
	useEffect(() => {
		const made = createGraphPanel({
			label: "Flamegraph of both recordings. The table of functions says the same in words",
			widthHelp: "The width of a frame is the mean of its shares of the time in both recordings.",
			describe: (shown, node) => describeChange(diff, shown, node),
			legend: changeLegend,
			shade: () => shadeByChange(diff),
			onSearch() {
				const found = made.found();
				setFound(() => (found === null ? null : foundIn(tree, found)));
			},
		});
		panel.current = made;
		host.current?.append(made.root);
		made.show(tree);
		const colors = new MutationObserver(() => made.recolor());
		colors.observe(document.documentElement, { attributeFilter: ["class"] });
		return () => {
			colors.disconnect();
			made.destroy();
			panel.current = null;
		};
	}, [diff, tree]);
	const pick = (entry: FunctionName) => panel.current?.showNode(heaviestNode(tree, entry));
	return (
		<div className="furnace-profile fp-profile">
			<div className="fp-left">
				<MostChanged changes={changes} onPick={pick} />
				<div ref={host} />
			</div>
			<ChangesTable
				diff={diff}
				changes={isFound === null ? changes : changes.filter(isFound)}
				isFiltered={isFound !== null}
				onPick={pick}
			/>
		</div>
	);
}
