/**
 * Admissions a second and their 99th percentile over TLS, beside a bare `node:https` server in the same run:
 * `node_modules/.bin/node bench/admission.ts [SECONDS] [ROUNDS]`. The server's program as it is deployed, its caches filled
 * and kept up to date by a stand-in for the API server. The two take turns, since the machine's speed drifts.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { request } from "node:https";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { serverName } from "../contract/names.ts";
import { responseIn } from "../server/admission/testing/review.ts";
import { review } from "./admission-review.ts";
import {
	bundleInto,
	type MeasuredProcess,
	measuredProcess,
	startDeployedServer,
	temporaryFolder,
} from "./deployed-server.ts";
import { goal, median, say, sayLoad } from "./figures.ts";
import { cpuTimeOf, pinned, stayOffMeasuredCore } from "./process-usage.ts";
import { FURNACE_NAMESPACE, type StandInCluster, startStandInCluster } from "./stand-in-cluster.ts";
import { hasWrk, loadWithWrk } from "./wrk.ts";

const CONNECTIONS = 8;
/** in the server's cache */
const PODS = 10_000;
const GOAL = { throughput: 0.85, p99: 1.3 };
const WARM_UP_SECONDS = 2;

interface Figures {
	/** requests a second */
	throughput: number;
	/** milliseconds */
	p99: number;
	/** microseconds of CPU time a request: unlike throughput it does not depend on what else the machine does */
	cpu: number;
}

interface Listening extends MeasuredProcess {
	readonly port: number;
}

const seconds = Number(process.argv[2] ?? 5);
const rounds = Number(process.argv[3] ?? 5);
const body = JSON.stringify(review);

if (await hasWrk()) await compare();
else say("skipped: wrk is not installed (Debian: apt-get install wrk)");

async function compare(): Promise<void> {
	await stayOffMeasuredCore();
	const folder = await temporaryFolder();
	const cluster = await startStandInCluster({ pods: PODS });
	const started: Listening[] = [];
	try {
		const furnace = await startFurnace(folder.path, cluster);
		started.push(furnace);
		started.push(await startBare(folder.path, cluster, await patchFrom(furnace.port, cluster.ca)));
		const script = join(folder.path, "review.lua");
		await writeFile(script, luaScript(body));
		const measured: Figures[][] = [[], []];
		for (const server of started) await measure(server, script, WARM_UP_SECONDS);
		for (let round = 0; round < rounds; round++) {
			for (const [index, server] of started.entries()) {
				measured[index]?.push(await measure(server, script, seconds));
			}
		}
		report(measured[0] ?? [], measured[1] ?? []);
		say(`token reviews          ${cluster.tokenReviews()}`);
	} finally {
		await Promise.all(started.map((server) => server.end()));
		await cluster.close();
		await folder.remove();
	}
}

async function startFurnace(folder: string, cluster: StandInCluster): Promise<Listening> {
	const server = await startDeployedServer(await bundleInto(folder, "server"), cluster);
	return { ...server, port: server.ports.admission };
}

async function startBare(folder: string, { leaf }: StandInCluster, patch: string): Promise<Listening> {
	await writeFile(join(folder, "tls.crt"), leaf.cert);
	await writeFile(join(folder, "tls.key"), leaf.key);
	await writeFile(join(folder, "patch"), patch);
	const program = join(import.meta.dirname, "admission-bare.ts");
	const child = spawn(...pinned(process.execPath, program, folder), { stdio: ["ignore", "pipe", "inherit"] });
	const [port] = await once(child.stdout as Readable, "data");
	return { ...measuredProcess(child), port: Number(port) };
}

/** @throws Error the pod would not be injected: then something else would be measured */
async function patchFrom(port: number, ca: string): Promise<string> {
	const asked = request({
		host: "127.0.0.1",
		port,
		path: "/mutate",
		method: "POST",
		agent: false,
		ca,
		servername: serverName(FURNACE_NAMESPACE),
		headers: { "content-type": "application/json" },
	});
	asked.end(body);
	const [answer] = await once(asked, "response");
	let text = "";
	for await (const chunk of answer.setEncoding("utf8")) text += chunk;
	const { patch } = responseIn(text);
	if (patch === undefined) throw new Error(`the pod is not injected: ${text}`);
	return patch;
}

async function measure({ pid, port }: Listening, script: string, duration: number): Promise<Figures> {
	const before = cpuTimeOf(pid).cpu;
	const url = `https://127.0.0.1:${port}/mutate`;
	const figures = await loadWithWrk(url, { connections: CONNECTIONS, seconds: duration, script });
	const used = (cpuTimeOf(pid).cpu - before) * 1000;
	return { ...figures, cpu: used / (figures.throughput * duration) };
}

function luaScript(text: string): string {
	return `wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\nwrk.body = [==[${text}]==]\n`;
}

function report(ours: Figures[], bare: Figures[]): void {
	const line = (name: string, figures: Figures[]) =>
		say(
			`${name.padEnd(22)}${medianOf(figures, "throughput").toFixed(0).padStart(8)}/s   p99 ${medianOf(figures, "p99").toFixed(2)} ms   CPU ${medianOf(figures, "cpu").toFixed(0)} us each`,
		);
	const ratio = (of: keyof Figures) =>
		median(ours.map((each, round) => each[of] / (bare[round]?.[of] ?? Number.NaN)));
	say(
		`admission over TLS, wrk ${CONNECTIONS} connections, a review of ${body.length} bytes, ` +
			`${PODS} pods known, medians of ${rounds} rounds of ${seconds} s`,
	);
	sayLoad();
	line("furnace", ours);
	line("bare node:https", bare);
	const throughput = ratio("throughput");
	const p99 = ratio("p99");
	say(
		`ratio of throughput    ${throughput.toFixed(2)} ${goal(throughput >= GOAL.throughput, `at least ${GOAL.throughput}`)}`,
	);
	say(`ratio of p99           ${p99.toFixed(2)} ${goal(p99 <= GOAL.p99, `at most ${GOAL.p99}`)}`);
	say(`ratio of CPU time      ${ratio("cpu").toFixed(2)}`);
}

function medianOf(figures: readonly Figures[], of: keyof Figures): number {
	return median(figures.map((each) => each[of]));
}
