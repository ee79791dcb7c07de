import { readFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { readDamagedElf, readDamagedPerfData } from "../../testing/fuzzed.ts";
import { inTime } from "../../testing/in-time.ts";
import { mutated } from "../../testing/mutations.ts";

/** bench/fuzz.ts goes on from here for as long as it is let. */
const SEEDS = 4000;
/** Odd, so that records are cut everywhere. */
const PIECE = 1021;

for (const [name, read] of [
	["stream.perf.data", (bytes: Uint8Array) => readDamagedPerfData(bytes, PIECE)],
	["two-events.perf.data", (bytes: Uint8Array) => readDamagedPerfData(bytes, PIECE)],
	["compressed.perf.data", (bytes: Uint8Array) => readDamagedPerfData(bytes, PIECE)],
	["tiny.elf", readDamagedElf],
] as const) {
	it(`${name}, damaged in ${SEEDS} ways, is read or refused`, async () => {
		const input = readFileSync(join(import.meta.dirname, "../fixtures", name));
		read(Uint8Array.from(input));
		for (let seed = 0; seed < SEEDS; seed++) {
			try {
				await inTime(() => read(mutated(input, seed)));
			} catch (cause) {
				throw new Error(`seed ${seed}`, { cause });
			}
		}
	});
}
