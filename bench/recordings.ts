/**
 * What recordings cost, by `node_modules/.bin/node bench/recordings.ts [seconds of the long one, default 600]`: ten at once, a process of
 * 200 threads, one that forks every 50 ms, and a long one. Prints samples, losses, the agent's memory, and the time from Stop to the
 * finished profile, which must not grow with the recording's length.
 */
import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { agentRoutes } from "../contract/agent-routes.ts";
import { hasEnded, type Recording } from "../contract/recording.ts";
import { type Furnace, startFurnace } from "../test/e2e/furnace.ts";
import { agentOf, demoPod, podOfProcess } from "../test/e2e/pods.ts";
import { processesOf } from "../test/e2e/processes.ts";
import { startBusy } from "../test/targets/targets.ts";

const SHORT_SECONDS = 20;
const longSeconds = Number(process.argv[2] ?? 600);

interface Result {
	name: string;
	seconds: number;
	recordings: Recording[];
	/** from Stop to the finished profile, the slowest */
	stopMilliseconds: number;
	agentMegabytes: number;
}

const furnace = await startFurnace();
const threads = await startBusy("threads", "200");
const forks = await startBusy("forks");
try {
	const demo = await demoPod(furnace);
	print("agent, idle", { memory: memoryOf(furnace) });
	show(await measure("a short one", SHORT_SECONDS, [demo]));
	show(await measure("200 threads", SHORT_SECONDS, [await podOfProcess(furnace, threads.pid)]));
	show(await measure("a fork every 50 ms", SHORT_SECONDS, [await podOfProcess(furnace, forks.pid)]));
	show(await measure("ten at once", SHORT_SECONDS, Array<string>(10).fill(demo)));
	await Promise.all([threads.stop(), forks.stop()]);
	show(await measure("a long one", longSeconds, [demo]));
} finally {
	await Promise.all([threads.stop(), forks.stop()]);
	await furnace.stop();
}

async function measure(name: string, seconds: number, pods: string[]): Promise<Result> {
	const started = await Promise.all(
		pods.map(async (pod) => {
			const agent = agentOf(furnace, pod);
			const { id } = await agent.call(agentRoutes.startRecording, { body: { profiler: "perf" } });
			return { agent, id };
		}),
	);
	await setTimeout(seconds * 1000);
	const stoppedAt = performance.now();
	const recordings = await Promise.all(
		started.map(async ({ agent, id }) => {
			await agent.call(agentRoutes.stopRecording, { params: { id } });
			for (;;) {
				const recording = await agent.call(agentRoutes.getRecording, { params: { id } });
				if (hasEnded(recording.state)) return recording;
				await setTimeout(20);
			}
		}),
	);
	const stopMilliseconds = performance.now() - stoppedAt;
	return { name, seconds, recordings, stopMilliseconds, agentMegabytes: memoryOf(furnace) };
}

function show({ name, seconds, recordings, stopMilliseconds, agentMegabytes }: Result): void {
	const sum = (pick: (recording: Recording) => number) => recordings.reduce((all, one) => all + pick(one), 0);
	print(`${name}, ${seconds} s`, {
		states: [...new Set(recordings.map(({ state }) => state))].join(),
		samples: sum(({ samples }) => samples),
		lost: sum(({ lost }) => lost),
		"stop ms": Math.round(stopMilliseconds),
		"overhead % of a core": sum(({ overhead }) => overhead?.cpuPercent ?? 0).toFixed(1),
		memory: agentMegabytes,
	});
}

function print(name: string, facts: Record<string, string | number>): void {
	const words = Object.entries(facts).map(([key, value]) => `${key} ${value}`);
	process.stdout.write(`${name.padEnd(28)} ${words.join(", ")}\n`);
}

/** @returns resident memory of the agent, in MB */
function memoryOf({ stateDir }: Furnace): number {
	const agent = processesOf(stateDir).find(({ command }) => command.includes("embedded/agent.ts"));
	const status = readFileSync(`/proc/${agent?.pid}/status`, "utf8");
	return Math.round(Number(/VmRSS:\s*(\d+)/.exec(status)?.[1]) / 1024);
}
