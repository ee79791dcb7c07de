import { statSync } from "node:fs";
import { FileSymbols } from "./file-symbols.ts";
import { ProgramMaps } from "./program-maps.ts";
import { RawChains } from "./raw-chains.ts";

/** What other programs than ours say of a recording and of the files in it: what known differences are proved by. */
export interface Evidence {
	readonly maps: ProgramMaps;
	readonly symbols: FileSymbols;
	readonly chains: RawChains;
	/** when the recording was complete, in milliseconds since 1970 */
	readonly recordedAt: number;
}

/** @param file perf.data, file or pipe form */
export async function evidenceOf(file: string): Promise<Evidence> {
	const maps = await ProgramMaps.of(file);
	const recordedAt = statSync(file).mtimeMs;
	return { maps, symbols: new FileSymbols(), chains: new RawChains(file), recordedAt };
}
