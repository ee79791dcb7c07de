/**
 * What being recorded costs: `node_modules/.bin/node bench/overhead.ts [SECONDS] [ROUNDS]`, as root. A Node.js server that
 * computes is asked as fast as it answers, with and without a recording at the default frequency, taking turns.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { agentRoutes } from "../contract/agent-routes.ts";
import type { Client } from "../contract/client.ts";
import { DEFAULT_FREQUENCY, hasEnded, type Recording } from "../contract/recording.ts";
import { startFurnace } from "../test/e2e/furnace.ts";
import { agentOf, podOfProcess } from "../test/e2e/pods.ts";
import { measuredProcess } from "./deployed-server.ts";
import { goal, median, quantile, say, sayLoad } from "./figures.ts";
import { cpuTimeOf, pinned, stayOffMeasuredCore } from "./process-usage.ts";
import { hasWrk, loadWithWrk } from "./wrk.ts";

const GOAL = 0.01;
/** Until the first samples have come. */
const BEGIN_MS = 2_000;
const CONNECTIONS = 2;

const NAMES = { throughput: "ratio of throughput", p99: "ratio of p99", cpu: "ratio of CPU time" } as const;
const UNITS = { throughput: "/s", p99: "ms", cpu: "ms a request" } as const;

const seconds = Number(process.argv[2] ?? 10);
const rounds = Number(process.argv[3] ?? 12);

interface Figures {
	/** requests a second */
	throughput: number;
	/** milliseconds */
	p99: number;
	/** milliseconds of the target's CPU time a request: what the machine's other work changes least */
	cpu: number;
}

if (await hasWrk()) await compare();
else say("skipped: wrk is not installed (Debian: apt-get install wrk)");

async function compare(): Promise<void> {
	// what this program starts from now on, the agent and its perf too, stays off the target's core
	await stayOffMeasuredCore();
	const child = spawn(...pinned(process.execPath, join(import.meta.dirname, "overhead-target.mjs")), {
		stdio: ["ignore", "pipe", "inherit"],
	});
	const target = measuredProcess(child);
	const [port] = await once(child.stdout as Readable, "data");
	const furnace = await startFurnace();
	const measure = () => load(target.pid, Number(port));
	try {
		const agent = agentOf(furnace, await podOfProcess(furnace, target.pid));
		await measure();
		const pairs: { without: Figures; recorded: Figures; recording: Recording }[] = [];
		for (let round = 0; round < rounds; round++) {
			// neither is always the first of a pair
			const before = round % 2 === 0 ? await measure() : undefined;
			const { recorded, recording } = await whileRecording(agent, measure);
			pairs.push({ without: before ?? (await measure()), recorded, recording });
		}
		report(pairs);
	} finally {
		await furnace.stop();
		await target.end();
	}
}

async function whileRecording(agent: Client, measure: () => Promise<Figures>) {
	const { id } = await agent.call(agentRoutes.startRecording, { body: { profiler: "perf" } });
	await wait(BEGIN_MS);
	const recorded = await measure();
	await agent.call(agentRoutes.stopRecording, { params: { id } });
	for (;;) {
		const recording = await agent.call(agentRoutes.getRecording, { params: { id } });
		if (hasEnded(recording.state)) return { recorded, recording };
		await wait(50);
	}
}

async function load(pid: number, port: number): Promise<Figures> {
	const before = cpuTimeOf(pid).cpu;
	const { throughput, p99 } = await loadWithWrk(`http://127.0.0.1:${port}/`, {
		connections: CONNECTIONS,
		seconds,
	});
	return { throughput, p99, cpu: (cpuTimeOf(pid).cpu - before) / (throughput * seconds) };
}

function report(pairs: { without: Figures; recorded: Figures; recording: Recording }[]): void {
	const samples = pairs.map(({ recording }) => recording.samples);
	say(
		`a Node.js server with ${CONNECTIONS} connections, recorded at ${DEFAULT_FREQUENCY} Hz (${median(samples)} samples each), ${rounds} pairs of ${seconds} s`,
	);
	sayLoad();
	for (const figure of ["throughput", "p99", "cpu"] as const) {
		const ratios = pairs.map(({ without, recorded }) => recorded[figure] / without[figure]);
		const worse = figure === "throughput" ? 1 - median(ratios) : median(ratios) - 1;
		const usual = median(pairs.map(({ without }) => without[figure]));
		say(
			`${NAMES[figure].padEnd(22)}${median(ratios).toFixed(3)} of ${usual.toFixed(2)} ${UNITS[figure]}, ` +
				`quarters ${quantile(ratios, 0.25).toFixed(3)} to ${quantile(ratios, 0.75).toFixed(3)} ` +
				goal(worse <= GOAL, `within ${GOAL * 100}%`),
		);
	}
}
