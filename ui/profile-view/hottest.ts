import "./hottest.css";
import { cleanText } from "../../profile/frame-name.ts";
import type { FunctionWeight } from "../../profile/top.ts";
import { share } from "../wording.ts";
import { button, element } from "./dom.ts";

/** The answer in one line: where most of the time goes. */
export interface Hottest {
	readonly root: HTMLElement;
	/** @param functions the one with the most time of its own first; `all` is the weight of the whole profile */
	show(functions: readonly FunctionWeight[], all: number): void;
}

const PLACES = 3;

export function createHottest(onPick: (entry: FunctionWeight) => void): Hottest {
	// the same buttons for whoever is there: the focus stays while the order changes
	const places = Array.from({ length: PLACES }, () => createPlace(onPick));
	const label = element("span", { class: "fp-hottest-label" }, "Most time in");
	const root = element(
		"div",
		{ class: "fp-hottest", role: "group", "aria-label": "Functions with the most time of their own" },
		label,
		...places.map((place) => place.root),
	);
	return {
		root,
		show(functions, all) {
			for (const [index, place] of places.entries()) place.show(functions[index], all);
			root.hidden = functions.length === 0;
		},
	};
}

function createPlace(onPick: (entry: FunctionWeight) => void) {
	let current: FunctionWeight | undefined;
	const name = element("bdi");
	const weight = element("span", { class: "fp-number" });
	const root = button("", { class: "fp-hottest-place" }, () => {
		if (current !== undefined) onPick(current);
	});
	root.append(name, " ", weight);
	return {
		root,
		show(entry: FunctionWeight | undefined, all: number) {
			current = entry;
			root.hidden = entry === undefined || entry.self <= 0;
			if (entry === undefined) return;
			name.textContent = cleanText(entry.name);
			weight.textContent = share(entry.self, all);
			root.title = `${name.textContent}: ${weight.textContent} of the samples ended in it. Show it in the flamegraph`;
		},
	};
}
