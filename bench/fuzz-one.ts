/** One input of `fuzz.ts`, in a process of its own: `fuzz-one.ts NAME SECONDS FIRST_SEED`; tells its parent how far it is. */
import { inTime } from "../profile/testing/in-time.ts";
import { fuzzInputs } from "./fuzz-inputs.ts";

const [name, seconds, first] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const input = (await fuzzInputs()).find((each) => each.name === name);
if (input === undefined) throw new Error(`No input ${name}`);
const { damaged, read } = input;
const begun = performance.now();
let seed = first;
let longest = 0;
for (; performance.now() - begun < seconds * 1000; seed++) {
	if (seed % 256 === 0) process.send?.({ seed });
	try {
		longest = Math.max(longest, await inTime(() => read(damaged(seed), seed)));
	} catch (error) {
		process.stdout.write(`${name}, seed ${seed}: ${(error as Error).stack}\n`);
		process.exitCode = 1;
	}
}
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
const hours = (userCPUTime + systemCPUTime) / 3.6e9;
process.send?.({ count: seed - first, anHour: (seed - first) / hours, longest, megabytes: maxRSS / 1024 });
process.disconnect?.();
