import type { SymbolQuality } from "../../contract/recording.ts";
import { counted, share } from "../wording.ts";

export interface SymbolFigures {
	symbols: SymbolQuality;
	/** of the recording */
	samples: number;
}

/** Below this share of named frames, or of samples with their callers, it is worth a word without being asked. */
const GOOD_SHARE = 0.95;

/** What is too much to be overlooked; null: nothing is */
export function symbolTitle({ symbols: { named, total, modules }, samples }: SymbolFigures): string | null {
	const cutOff = modules.reduce((sum, module) => sum + (module.cutOff ?? 0), 0);
	const parts = [
		...(named < GOOD_SHARE * total ? [`${share(total - named, total)} of the frames have no name`] : []),
		...(cutOff > (1 - GOOD_SHARE) * samples ? [`${share(cutOff, samples)} of the samples lack callers`] : []),
	];
	return parts.length === 0 ? null : parts.join(", ");
}

/** What a module lacks. */
export function moduleWords(
	{ named, total, cutOff = 0 }: SymbolQuality["modules"][number],
	{ symbols, samples }: SymbolFigures,
): string {
	const nameless = total - named;
	const parts = [
		...(nameless > 0
			? [
					`${share(nameless, total)} of its frames have no name (${share(nameless, symbols.total)} of all frames)`,
				]
			: []),
		...(cutOff > 0 ? [`${counted(cutOff, "sample")} without callers (${share(cutOff, samples)})`] : []),
	];
	return parts.join("; ");
}
