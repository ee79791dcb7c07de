/**
 * What ten thousand agents cost one server: `node_modules/.bin/node bench/heartbeats.ts [AGENTS] [SECONDS]`.
 * The server's program as it is deployed, on one core, with a stand-in for the API server; agents with a new connection
 * for each heartbeat, as they are, and with kept-open ones; and a bare `node:https` server that only parses and answers.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { generateCertificate } from "../sidecar/trust/own-certificate.ts";
import {
	bundleInto,
	type MeasuredProcess,
	measuredProcess,
	startDeployedServer,
	temporaryFolder,
} from "./deployed-server.ts";
import { goal, quantile, say, sayLoad } from "./figures.ts";
import { type HeartbeatingAgents, type HeartbeatOptions, startAgents } from "./heartbeating-agents.ts";
import { cpuTimeOf, memoryOf, pinned, stayOffMeasuredCore } from "./process-usage.ts";
import { type StandInCluster, startStandInCluster } from "./stand-in-cluster.ts";

const GOAL = { p99: 20, megabytes: 300, share: 0.25 };
/** First heartbeats a second; then the intervals that the first agents were told have to grow to the last ones'. */
const RAMP_PER_SECOND = 150;
const SETTLE_SECONDS = 30;

const agents = Number(process.argv[2] ?? 10_000);
const seconds = Number(process.argv[3] ?? 120);

interface Figures {
	/** heartbeats a second */
	rate: number;
	/** milliseconds */
	p50: number;
	p99: number;
	/** of the core: used, and waited for while others had it */
	share: number;
	waited: number;
	/** milliseconds of CPU time a heartbeat */
	cpu: number;
	/** MiB */
	resident: number;
	reviews: number;
	failures: string[];
	/** how late this program itself was, in milliseconds: the times cannot be better than that */
	ownDelay: number;
}

interface Listening extends MeasuredProcess {
	readonly port: number;
}

await stayOffMeasuredCore();
const folder = await temporaryFolder();
const cluster = await startStandInCluster({ pods: agents });
try {
	const bundle = await bundleInto(folder.path, "server");
	const furnace = async (): Promise<Listening> => {
		const server = await startDeployedServer(bundle, cluster);
		return { ...server, port: server.ports.server };
	};
	say(`${agents} agents, figures of ${seconds} s after all have registered`);
	sayLoad();
	const ours = await measure(furnace, "new");
	show("furnace, a connection each", ours);
	const bare = await measure(() => startBare(cluster), "new");
	show("bare node:https, likewise", bare);
	const kept = await measure(furnace, "kept");
	show("furnace, kept-open ones", kept);
	conclude(ours, bare, kept);
} finally {
	await cluster.close();
	await folder.remove();
}

async function startBare({ leaf }: StandInCluster): Promise<Listening> {
	await writeFile(join(folder.path, "tls.crt"), leaf.cert);
	await writeFile(join(folder.path, "tls.key"), leaf.key);
	const program = join(import.meta.dirname, "bare-registration.ts");
	const child = spawn(...pinned(process.execPath, program, folder.path), {
		stdio: ["ignore", "pipe", "inherit"],
	});
	const [port] = await once(child.stdout as Readable, "data");
	return { ...measuredProcess(child), port: Number(port) };
}

async function measure(
	start: () => Promise<Listening>,
	connections: HeartbeatOptions["connections"],
): Promise<Figures> {
	const server = await start();
	const { cert: certificate } = await generateCertificate("web-1");
	const { ca, pods } = cluster;
	const rampSeconds = agents / RAMP_PER_SECOND;
	const running = startAgents({ port: server.port, ca, pods, certificate, connections, rampSeconds });
	try {
		await allRegistered(running, 5 * rampSeconds + SETTLE_SECONDS);
		await wait(SETTLE_SECONDS * 1000);
		running.takeTimes();
		const delay = monitorEventLoopDelay({ resolution: 1 });
		delay.enable();
		const before = { ...cpuTimeOf(server.pid), reviews: cluster.tokenReviews(), at: performance.now() };
		await wait(seconds * 1000);
		const after = { ...cpuTimeOf(server.pid), reviews: cluster.tokenReviews(), at: performance.now() };
		const times = running.takeTimes();
		const passed = after.at - before.at;
		return {
			rate: (times.length / passed) * 1000,
			p50: quantile(times, 0.5),
			p99: quantile(times, 0.99),
			share: (after.cpu - before.cpu) / passed,
			waited: (after.waited - before.waited) / passed,
			cpu: (after.cpu - before.cpu) / times.length,
			resident: memoryOf(server.pid).resident,
			reviews: ((after.reviews - before.reviews) / agents / passed) * 60_000,
			failures: running.failures(),
			ownDelay: delay.percentile(99) / 1e6,
		};
	} finally {
		running.end();
		await server.end();
	}
}

/** @throws Error they are not all there after so many seconds: this machine has too little left for the server */
async function allRegistered(running: HeartbeatingAgents, limit: number): Promise<void> {
	const since = performance.now();
	while (running.registered() < agents) {
		if (performance.now() - since > limit * 1000) {
			throw new Error(
				`Only ${running.registered()} agents were answered within ${limit.toFixed(0)} s: try with fewer, or when the machine is idle. ${running.failures().at(-1) ?? ""}`,
			);
		}
		await wait(200);
	}
}

function show(name: string, figures: Figures): void {
	const { rate, p50, p99, share, waited, cpu, resident, reviews, failures, ownDelay } = figures;
	say(
		`${name.padEnd(28)}${rate.toFixed(0).padStart(5)}/s   p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms   ` +
			`CPU ${percent(share)} of the core, ${cpu.toFixed(2)} ms each   RSS ${resident.toFixed(0)} MiB   ` +
			`${reviews.toFixed(2)} token reviews an agent and minute`,
	);
	say(
		`${" ".repeat(28)}spoilt by others: waited for the core ${percent(waited)} of the time; this client's own p99 delay ${ownDelay.toFixed(1)} ms`,
	);
	if (failures.length > 0) say(`${" ".repeat(28)}${failures.length} FAILED, such as: ${failures[0]}`);
}

function conclude(ours: Figures, bare: Figures, kept: Figures): void {
	sayLoad();
	const line = (name: string, value: string, met: boolean, text: string) =>
		say(`${name.padEnd(28)}${value.padStart(9)} ${goal(met, text)}`);
	const { p99, megabytes, share } = GOAL;
	line("p99 of an answer", `${ours.p99.toFixed(1)} ms`, ours.p99 <= p99, `at most ${p99} ms`);
	line("memory", `${ours.resident.toFixed(0)} MiB`, ours.resident <= megabytes, `at most ${megabytes} MiB`);
	line("share of the core", percent(ours.share), ours.share <= share, `at most ${percent(share)}`);
	say(`CPU time beside bare        ${(ours.cpu / bare.cpu).toFixed(2).padStart(9)}`);
	say(`CPU time beside kept-open   ${(ours.cpu / kept.cpu).toFixed(2).padStart(9)}`);
	say(`memory beside kept-open     ${(ours.resident / kept.resident).toFixed(2).padStart(9)}`);
}

function percent(share: number): string {
	return `${(share * 100).toFixed(1)}%`;
}
