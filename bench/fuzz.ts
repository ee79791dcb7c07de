/**
 * Damaged inputs for every reader, by `node_modules/.bin/node bench/fuzz.ts [seconds for each, default 60] [first seed]
 * [part of a name]`: prints how many each gets in an hour of one core, the longest, the largest memory of its process, and the seed of
 * whatever is neither read nor refused in time.
 */
import { fork } from "node:child_process";
import { say, sayLoad } from "./figures.ts";
import { fuzzInputs } from "./fuzz-inputs.ts";

/** An input that a process does not come back from is ended so long after its time. */
const GRACE_SECONDS = 60;
const MOST_MEGABYTES = 256;
const FEWEST_AN_HOUR = 1_000_000;

interface Report {
	readonly count: number;
	/** of CPU time */
	readonly anHour: number;
	/** milliseconds */
	readonly longest: number;
	readonly megabytes: number;
}

const seconds = Number(process.argv[2] ?? 60);
const first = Number(process.argv[3] ?? 1_000_000);
const part = process.argv[4] ?? "";
sayLoad();
say(
	`${"input".padEnd(26)}${"inputs".padStart(10)}${"an hour".padStart(14)}${"longest".padStart(12)}${"memory".padStart(10)}`,
);
for (const { name } of await fuzzInputs()) {
	if (name.includes(part)) await run(name);
}

async function run(name: string): Promise<void> {
	const child = fork(new URL("fuzz-one.ts", import.meta.url), [name, String(seconds), String(first)]);
	let seed = first;
	let report: Report | undefined;
	child.on("message", (message: Report | { seed: number }) => {
		if ("seed" in message) seed = message.seed;
		else report = message;
	});
	const timer = setTimeout(() => child.kill("SIGKILL"), (seconds + GRACE_SECONDS) * 1000);
	const code = await new Promise((resolve) => child.once("exit", resolve));
	clearTimeout(timer);
	if (code !== 0) process.exitCode = 1;
	if (report === undefined) {
		say(`${name}: no answer after a seed from ${seed} on`);
		return;
	}
	const { count, anHour, longest, megabytes } = report;
	const isMet = anHour >= FEWEST_AN_HOUR && megabytes <= MOST_MEGABYTES;
	say(
		name.padEnd(26) +
			String(count).padStart(10) +
			Math.round(anHour).toLocaleString("en").padStart(14) +
			`${Math.round(longest)} ms`.padStart(12) +
			`${Math.round(megabytes)} MiB`.padStart(10) +
			(isMet ? "" : " MISSED"),
	);
}
