/**
 * Admissions a second and their 99th percentile over TLS, beside a bare `node:https` server in the same run.
 * `node bench/admission.ts [SECONDS] [ROUNDS]`; the two take turns, since the machine's speed drifts.
 */
import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { review } from "./admission-review.ts";

const run = promisify(execFile);
const SERVER = join(import.meta.dirname, "admission-server.ts");
const CONNECTIONS = 8;
const GOAL = { throughput: 0.85, p99: 1.3 };

interface Figures {
	/** requests a second */
	throughput: number;
	/** milliseconds */
	p99: number;
	/** microseconds of CPU time a request */
	cpu: number;
}

const seconds = Number(process.argv[2] ?? 5);
const rounds = Number(process.argv[3] ?? 5);

if (await hasWrk()) await compare();
else process.stdout.write("skipped: wrk is not installed (Debian: apt-get install wrk)\n");

async function hasWrk(): Promise<boolean> {
	// without arguments it prints its usage and fails
	return run("wrk").then(
		() => true,
		(error: NodeJS.ErrnoException) => error.code !== "ENOENT",
	);
}

async function compare(): Promise<void> {
	const directory = await mkdtemp(join(tmpdir(), "furnace-bench-"));
	const servers = await Promise.all([startServer("furnace"), startServer("bare")]);
	try {
		const script = join(directory, "review.lua");
		await writeFile(script, luaScript(JSON.stringify(review)));
		const measured: Figures[][] = [[], []];
		for (const server of servers) await measure(server, script, 2);
		for (let round = 0; round < rounds; round++) {
			for (const [index, server] of servers.entries()) {
				measured[index]?.push(await measure(server, script, seconds));
			}
		}
		report(measured[0] ?? [], measured[1] ?? []);
	} finally {
		for (const { end } of servers) end();
		await rm(directory, { recursive: true });
	}
}

interface Server {
	port: number;
	/** CPU time used so far, in microseconds */
	cpu(): Promise<number>;
	end(): void;
}

async function startServer(kind: "furnace" | "bare"): Promise<Server> {
	const child = fork(SERVER, [kind]);
	const [port] = await once(child, "message");
	const cpu = async () => {
		child.send("cpu");
		return (await once(child, "message"))[0] as number;
	};
	return { port: Number(port), cpu, end: () => child.disconnect() };
}

async function measure({ port, cpu }: Server, script: string, duration: number): Promise<Figures> {
	const before = await cpu();
	const figures = await load(port, script, duration);
	return { ...figures, cpu: ((await cpu()) - before) / (figures.throughput * duration) };
}

function luaScript(body: string): string {
	return `wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\nwrk.body = [==[${body}]==]\n`;
}

async function load(port: number, script: string, duration: number): Promise<Omit<Figures, "cpu">> {
	const url = `https://127.0.0.1:${port}/mutate`;
	const options = ["-t1", `-c${CONNECTIONS}`, `-d${duration}s`, "--latency", "-s", script];
	const { stdout } = await run("wrk", [...options, url]);
	const throughput = /Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1];
	const [, p99, unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(stdout) ?? [];
	if (throughput === undefined || p99 === undefined || /Non-2xx|Socket errors/.test(stdout)) {
		throw new Error(`wrk did not get through:\n${stdout}`);
	}
	const scale = unit === "us" ? 0.001 : unit === "s" ? 1000 : 1;
	return { throughput: Number(throughput), p99: Number(p99) * scale };
}

function report(ours: Figures[], bare: Figures[]): void {
	const line = (name: string, figures: Figures[]) =>
		`${name.padEnd(22)}${medianOf(figures, "throughput").toFixed(0).padStart(8)}/s   p99 ${medianOf(figures, "p99").toFixed(2)} ms   CPU ${medianOf(figures, "cpu").toFixed(0)} us each\n`;
	const ratio = (of: keyof Figures) =>
		medianOf(
			ours.map((each, round) => ({ ...each, [of]: each[of] / (bare[round]?.[of] ?? Number.NaN) })),
			of,
		);
	process.stdout.write(
		`admission over TLS, wrk ${CONNECTIONS} connections, a review of ${JSON.stringify(review).length} bytes, ` +
			`medians of ${rounds} rounds of ${seconds} s\n` +
			line("furnace", ours) +
			line("bare node:https", bare) +
			`ratio of throughput    ${ratio("throughput").toFixed(2)} (goal: at least ${GOAL.throughput})\n` +
			`ratio of p99           ${ratio("p99").toFixed(2)} (goal: at most ${GOAL.p99})\n` +
			`ratio of CPU time      ${ratio("cpu").toFixed(2)}\n`,
	);
}

function medianOf(figures: readonly Figures[], of: keyof Figures): number {
	const sorted = figures.map((each) => each[of]).sort((a, b) => a - b);
	return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
