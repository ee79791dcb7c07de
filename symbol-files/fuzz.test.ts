import { readFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { readDamagedGoTable } from "../profile/testing/fuzzed.ts";
import { GO_VERSIONS, goFunctionTable } from "../profile/testing/go-function-table.ts";
import { inTime } from "../profile/testing/in-time.ts";
import { mutated } from "../profile/testing/mutations.ts";
import { readDamagedMiniDebugInfo } from "./testing/damaged-mini-debug-info.ts";

/** bench/fuzz.ts goes on from here for as long as it is let. */
const SEEDS = 2000;

const inputs = [
	...Object.entries(GO_VERSIONS).map(
		([version, layout]) =>
			[`functions of Go ${version}`, goFunctionTable(layout, 8), readDamagedGoTable] as const,
	),
	[
		"compressed symbols",
		readFileSync(join(import.meta.dirname, "testing/mini-debug-info.xz")),
		readDamagedMiniDebugInfo,
	],
] as const;

for (const [name, input, read] of inputs) {
	it(`${name}, damaged in ${SEEDS} ways, are read or refused`, async () => {
		await read(Uint8Array.from(input));
		for (let seed = 0; seed < SEEDS; seed++) {
			try {
				await inTime(() => read(mutated(input, seed)));
			} catch (cause) {
				throw new Error(`seed ${seed}`, { cause });
			}
		}
	});
}
