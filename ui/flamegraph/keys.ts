/** What a key does in the flamegraph. Arrows go the way they point, whichever way the graph grows. */
export type Command =
	| "up"
	| "down"
	| "left"
	| "right"
	| "zoom"
	| "back"
	| "root"
	| "page-up"
	| "page-down"
	| "closer"
	| "wider"
	| "search";

const COMMANDS: Record<string, Command> = {
	ArrowUp: "up",
	ArrowDown: "down",
	ArrowLeft: "left",
	ArrowRight: "right",
	Enter: "zoom",
	" ": "zoom",
	Escape: "back",
	Backspace: "back",
	Home: "root",
	PageUp: "page-up",
	PageDown: "page-down",
	"+": "closer",
	"=": "closer",
	"-": "wider",
	"/": "search",
};

/** How to read the graph and move in it: shown below it, and said to those who cannot see it. */
export const KEY_HELP =
	"Click zooms in, drag moves, Ctrl and wheel zoom. Keys: arrows move between frames, Enter zooms in, Escape goes back, " +
	"Home shows everything, plus and minus zoom, slash searches.";

type Key = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">;

/** @returns undefined for keys that belong to the browser or the page */
export function commandOf({ key, ctrlKey, metaKey, altKey }: Key): Command | undefined {
	return ctrlKey || metaKey || altKey ? undefined : COMMANDS[key];
}
