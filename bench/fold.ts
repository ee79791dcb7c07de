/**
 * perf.data to folded stacks, by `node_modules/.bin/node bench/fold.ts [perf.data]`: `perf script --no-inline` piped into
 * inferno-collapse-perf (where installed, else into our own reader of that text), and our `convert --format folded` from cold caches,
 * bundled as it is shipped. Seven runs each, in turn, since others use the machine, too. Without a file it records a build of Go's
 * compiler.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { isInstalled } from "../test/engine/recordings.ts";
import { run } from "../test/engine/samples.ts";
import { bundleInto } from "./deployed-server.ts";
import { goal, sayLoad } from "./figures.ts";

const RUNS = 7;
const state = join(import.meta.dirname, "../.state");
/** Goals: so many times less time, and less memory at all. */
const TIMES_LESS = 5;

interface Measured {
	readonly seconds: number;
	readonly cpuSeconds: number;
	/** the largest of its processes, in MB */
	readonly megabytes: number;
}

mkdirSync(state, { recursive: true });
const recording = process.argv[2] ?? (await record(join(state, "fold.data")));
const program = join(await bundleInto(join(state, "fold"), "server"), "kubectl-furnace.mjs");

const node = process.execPath;
const collapse = isInstalled("inferno-collapse-perf")
	? "inferno-collapse-perf"
	: `${node} ${join(import.meta.dirname, "fold-script.ts")}`;
const ways = {
	peer: `perf script --no-inline -f -i ${recording} 2>/dev/null | ${collapse}`,
	ours: `${node} ${program} convert ${recording} --format folded`,
};
const results: Record<keyof typeof ways, Measured[]> = { peer: [], ours: [] };
for (let turn = 0; turn < RUNS; turn++) {
	for (const way of ["peer", "ours"] as const)
		results[way].push(await measure(ways[way], join(state, `${way}.folded`)));
}

const [peer, ours] = [summary(results.peer), summary(results.ours)];
const stacks = readFileSync(join(state, "ours.folded"), "latin1").trimEnd().split("\n");
const samples = stacks.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
print(
	`${recording}: ${statSync(recording).size / 1e6} MB, ${samples} samples, ${stacks.length} distinct stacks`,
);
print(`perf script | ${collapse.split("/").at(-1)}: ${text(peer)}`);
print(`ours: ${text(ours)}`);
const [wall, cpu, memory] = (["seconds", "cpuSeconds", "megabytes"] as const).map(
	(key) => peer[key] / ours[key],
);
print(
	`ratio: wall ${wall.toFixed(1)} ${goal(wall >= TIMES_LESS, String(TIMES_LESS))}, CPU ${cpu.toFixed(1)}`,
);
print(`ratio: memory ${memory.toFixed(2)} ${goal(memory > 1, "above 1")}`);
sayLoad();

/** `time` of GNU is not everywhere: a shell's own `times` and the kernel's high-water mark are. */
async function measure(command: string, output: string): Promise<Measured> {
	rmSync(output, { force: true });
	const script = `import os, resource, subprocess, sys, time
begun = time.time()
subprocess.run(["sh", "-c", sys.argv[1] + " > " + sys.argv[2]], check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(time.time() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)`;
	const [seconds, cpuSeconds, megabytes] = (await run("python3", ["-c", script, command, output]))
		.trim()
		.split(" ")
		.map(Number);
	return { seconds, cpuSeconds, megabytes };
}

function summary(all: readonly Measured[]): Measured {
	const median = (pick: (one: Measured) => number) =>
		all.map(pick).sort((a, b) => a - b)[Math.floor(all.length / 2)];
	return {
		seconds: median(({ seconds }) => seconds),
		cpuSeconds: median(({ cpuSeconds }) => cpuSeconds),
		megabytes: median(({ megabytes }) => megabytes),
	};
}

function text({ seconds, cpuSeconds, megabytes }: Measured): string {
	return `${seconds.toFixed(2)} s, ${cpuSeconds.toFixed(2)} s of CPU, ${Math.round(megabytes)} MB`;
}

function print(line: string): void {
	process.stdout.write(`${line}\n`);
}

async function record(file: string): Promise<string> {
	if (existsSync(file)) return file;
	const cache = join(state, "fold-go-cache");
	const source = (await run("go", ["env", "GOROOT"])).trim();
	const options = [
		"--quiet",
		"--no-buildid-cache",
		"--event",
		"cpu-clock",
		"--freq",
		"2500",
		"--call-graph",
		"fp",
	];
	const go = ["go", "build", "-o", "/dev/null", "cmd/compile"];
	const child = spawn("perf", ["record", ...options, "--output", file, "--", ...go], {
		cwd: join(source, "src"),
		env: { ...process.env, GOCACHE: cache, GOFLAGS: "-p=2" },
		stdio: ["ignore", "ignore", "inherit"],
	});
	await once(child, "exit");
	rmSync(cache, { recursive: true, force: true });
	return file;
}
