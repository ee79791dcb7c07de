import "../profile-view/hottest.css";
import type { FunctionChange } from "../../profile/diff/functions.ts";
import { cleanText } from "../../profile/frame-name.ts";
import { keyOf } from "../profile-view/functions.ts";
import { changeWords } from "./words.ts";

interface MostChangedProps {
	/** what changed most first */
	changes: readonly FunctionChange[];
	onPick: (entry: FunctionChange) => void;
}

const PLACES = 3;

/** The answer in one line: which functions take more of the time than before, and which less. */
export function MostChanged({ changes, onPick }: MostChangedProps) {
	const places = changes.slice(0, PLACES).filter(({ selfChange }) => selfChange !== 0);
	if (places.length === 0) return null;
	return (
		<fieldset className="fp-hottest furnace-most-changed" aria-label="Functions whose own time changed most">
			<span className="fp-hottest-label">Changed most</span>
			{places.map((entry) => (
				<button
					key={keyOf(entry)}
					type="button"
					className="fp-button fp-hottest-place"
					onClick={() => onPick(entry)}
				>
					<span className="fp-number">{changeWords(entry.selfChange)}</span>{" "}
					<bdi>{cleanText(entry.name)}</bdi>
				</button>
			))}
		</fieldset>
	);
}
