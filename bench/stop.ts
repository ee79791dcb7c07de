/**
 * From Stop to the finished profile, by `node_modules/.bin/node bench/stop.ts [SECONDS...]` (default 10 60 300), as root: recordings of
 * these lengths by the real agent, one after the other, of a process that burns the whole time. Beside it what a recorder that decodes
 * afterwards has left to do: `perf record` for as long, whose file `perf script --no-inline` then prints to be folded.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { agentRoutes } from "../contract/agent-routes.ts";
import { hasEnded } from "../contract/recording.ts";
import { type Furnace, startFurnace } from "../test/e2e/furnace.ts";
import { agentOf, podOfProcess } from "../test/e2e/pods.ts";
import { isInstalled } from "../test/engine/recordings.ts";
import { startBusy } from "../test/targets/targets.ts";
import { goal, say, sayLoad } from "./figures.ts";

/** As many samples a second as a recording has by default. */
const HERTZ = 99;
/** How much longer the longest may take than the shortest, in milliseconds: what is folded already takes no time. */
const SPREAD_MS = 250;
const POLL_MS = 5;

interface Stopped {
	readonly seconds: number;
	readonly samples: number;
	/** to the finished profile */
	readonly milliseconds: number;
	/** that a recorder of the old kind takes */
	readonly peerMilliseconds: number;
}

const lengths = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), "furnace-bench-stop-"));
const furnace = await startFurnace();
const target = await startBusy();
try {
	const pod = await podOfProcess(furnace, target.pid);
	const all: Stopped[] = [];
	for (const seconds of lengths.length > 0 ? lengths : [10, 60, 300]) all.push(await measure(pod, seconds));
	for (const each of all) show(each);
	const took = all.map(({ milliseconds }) => milliseconds);
	const spread = Math.max(...took) - Math.min(...took);
	say(`spread ${Math.round(spread)} ms ${goal(spread <= SPREAD_MS, `at most ${SPREAD_MS} ms`)}`);
	sayLoad();
} finally {
	await target.stop();
	await furnace.stop();
	rmSync(folder, { recursive: true });
}

async function measure(pod: string, seconds: number): Promise<Stopped> {
	const file = join(folder, `${seconds}.data`);
	const options = ["--quiet", "--no-buildid-cache", "-e", "cpu-clock", "-F", String(HERTZ), "-g", "-o", file];
	const recorder = spawn("perf", [
		"record",
		...options,
		"-p",
		String(target.pid),
		"--",
		"sleep",
		String(seconds),
	]);
	const recorded = once(recorder, "exit");
	const agent = agentOf(furnace, pod);
	const { id } = await agent.call(agentRoutes.startRecording, {
		body: { profiler: "perf", frequency: HERTZ },
	});
	await setTimeout(seconds * 1000);
	const stopped = await stop(furnace, pod, id);
	await recorded;
	return { seconds, ...stopped, peerMilliseconds: await foldedByPeer(file) };
}

async function stop(
	at: Furnace,
	pod: string,
	id: string,
): Promise<Pick<Stopped, "samples" | "milliseconds">> {
	const agent = agentOf(at, pod);
	const begun = performance.now();
	await agent.call(agentRoutes.stopRecording, { params: { id } });
	for (;;) {
		const { state, samples } = await agent.call(agentRoutes.getRecording, { params: { id } });
		if (hasEnded(state)) return { samples, milliseconds: performance.now() - begun };
		await setTimeout(POLL_MS);
	}
}

async function foldedByPeer(file: string): Promise<number> {
	const collapse = isInstalled("inferno-collapse-perf") ? "inferno-collapse-perf" : "cat";
	const begun = performance.now();
	const command = `perf script --no-inline -f -i ${file} 2>/dev/null | ${collapse} >/dev/null 2>&1`;
	await once(spawn("sh", ["-c", command]), "exit");
	return performance.now() - begun;
}

function show({ seconds, samples, milliseconds, peerMilliseconds }: Stopped): void {
	const words = [
		`${String(seconds).padStart(4)} s`,
		`${String(samples).padStart(7)} samples`,
		`stop to profile ${milliseconds.toFixed(0).padStart(5)} ms`,
		`perf script of as much ${peerMilliseconds.toFixed(0).padStart(6)} ms`,
	];
	say(words.join("   "));
}
