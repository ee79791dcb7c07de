import { readFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { readDamagedDwarf } from "../../testing/fuzzed-dwarf.ts";
import { inTime } from "../../testing/in-time.ts";
import { mutated } from "../../testing/mutations.ts";

/** bench/fuzz.ts goes on from here for as long as it is let. */
const SEEDS = 2000;

for (const name of ["dwarf4.elf", "dwarf5.elf", "compressed.elf"]) {
	it(`${name}, damaged in ${SEEDS} ways, is read or refused`, async () => {
		const input = readFileSync(join(import.meta.dirname, "fixtures", name));
		for (let seed = 0; seed < SEEDS; seed++) {
			try {
				await inTime(() => readDamagedDwarf(mutated(input, seed)));
			} catch (cause) {
				throw new Error(`seed ${seed}`, { cause });
			}
		}
	});
}
