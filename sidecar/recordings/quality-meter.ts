import type { SymbolQuality } from "../../contract/recording.ts";
import type { ProfileBuilder } from "../../profile/builder.ts";
import { type SymbolHint, symbolQuality } from "../../profile/symbol-quality.ts";
import { createPace } from "./pace.ts";

export interface QualityMeter {
	/**
	 * @param exact measure anew; else a recent figure will do
	 * @returns undefined while there are no samples
	 */
	now(exact: boolean): SymbolQuality | undefined;
}

/** Symbol quality is one pass over all stacks: measured as often as its cost allows. */
export function createQualityMeter(builder: ProfileBuilder, hint: SymbolHint): QualityMeter {
	const pace = createPace(1000);
	let known: SymbolQuality | undefined;
	let samples = 0;
	return {
		now(exact) {
			if (builder.sampleCount === samples || !(exact || pace.isDue())) return known;
			samples = builder.sampleCount;
			const started = performance.now();
			known = symbolQuality(builder, hint);
			pace.done(performance.now() - started);
			return known;
		},
	};
}
