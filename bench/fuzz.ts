/**
 * Damaged perf.data and ELF files, by `node_modules/.bin/node bench/fuzz.ts [seconds, default 60] [first seed]`: prints how many an
 * hour, the largest heap, and the seed of whatever is neither read nor refused in time.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readDamagedElf, readDamagedPerfData } from "../profile/testing/fuzzed.ts";
import { mutated } from "../profile/testing/mutations.ts";

const seconds = Number(process.argv[2] ?? 60);
const first = Number(process.argv[3] ?? 1_000_000);
const inputs = ["stream.perf.data", "two-events.perf.data", "tiny.elf"].map((name) => ({
	name,
	bytes: readFileSync(join(import.meta.dirname, "../profile/read/fixtures", name)),
}));
const begun = performance.now();
let count = 0;
let largest = 0;
for (let seed = first; performance.now() - begun < seconds * 1000; seed++) {
	for (const { name, bytes } of inputs) {
		try {
			const input = mutated(bytes, seed);
			if (name.endsWith(".elf")) readDamagedElf(input);
			else readDamagedPerfData(input, 1 + (seed % 4096));
		} catch (error) {
			process.stdout.write(`${name}, seed ${seed}: ${(error as Error).stack}\n`);
			process.exitCode = 1;
		}
		count++;
	}
	if (seed % 1000 === 0) largest = Math.max(largest, process.memoryUsage().rss);
}
const hours = (performance.now() - begun) / 3_600_000;
process.stdout.write(
	`${count} inputs, ${Math.round(count / hours)} an hour, ${Math.round(largest / 1e6)} MB at most\n`,
);
