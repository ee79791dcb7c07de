import { execFile, spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { ProfileBuilder } from "../../profile/builder.ts";
import { PerfDataReader } from "../../profile/read/perf-data/reader.ts";
import { PERF_SCRIPT_ARGUMENTS, PerfScriptReader, perfValueTypes } from "../../profile/read/perf-script.ts";
import { JitMap } from "../../sidecar/profilers/perf/jit-map.ts";
import { createTargetSymbols } from "../../sidecar/symbols/target-symbols.ts";

/** One sample, its stack with the module and the name of each frame, from the root on. */
export interface Sample {
	readonly time: number;
	readonly pid: number;
	readonly tid: number;
	readonly period: number;
	readonly frames: readonly SampleFrame[];
}

export interface SampleFrame {
	readonly module: string;
	readonly name: string;
}

export interface ReadSamples {
	readonly samples: readonly Sample[];
	/** when the first of them was taken, which the times are counted from */
	readonly firstTime: number;
	readonly lost: number;
	readonly skipped: number;
	readonly milliseconds: number;
}

const EVENT = "cpu-clock";
const CHUNK = 256 * 1024;

/** A builder that also remembers each sample by itself. */
class RememberingBuilder extends ProfileBuilder {
	readonly #added: { stack: number; thread: number; period: number; time: number }[] = [];

	constructor() {
		super({ valueTypes: perfValueTypes(EVENT) });
	}

	override add(stack: number, thread: number, values: readonly (number | bigint)[], time = 0): number {
		this.#added.push({ stack, thread, period: Number(values[1]), time });
		return super.add(stack, thread, values, time);
	}

	samples(): Sample[] {
		const { frames, stacks, threads } = { ...this.snapshot() };
		const paths = new Map<number, SampleFrame[]>();
		const pathOf = (stack: number): SampleFrame[] => {
			const known = paths.get(stack);
			if (known !== undefined) return known;
			const frame = frames[stacks.frame[stack]];
			const path =
				stack === 0 ? [] : [...pathOf(stacks.parent[stack]), { module: frame.module, name: frame.name }];
			paths.set(stack, path);
			return path;
		};
		const found = this.#added.map(({ stack, thread, period, time }) => {
			const { pid, tid } = threads[thread];
			return { time, pid, tid, period, frames: pathOf(stack) };
		});
		return found.sort((a, b) => a.time - b.time || a.tid - b.tid);
	}
}

/** @param file perf.data, file or pipe form */
export async function readByPerf(file: string): Promise<ReadSamples> {
	const begun = performance.now();
	const builder = new RememberingBuilder();
	const reader = new PerfScriptReader({ builder });
	const script = spawn("perf", ["script", "--force", "--input", file, ...PERF_SCRIPT_ARGUMENTS], {
		stdio: ["ignore", "pipe", "ignore"],
		env: { PATH: process.env.PATH, HOME: "/nonexistent", LC_ALL: "C", PERF_CONFIG: "/dev/null" },
	});
	for await (const chunk of script.stdout as Readable) reader.push(chunk as Buffer);
	reader.end();
	const { lost, skipped } = reader;
	return {
		samples: builder.samples(),
		firstTime: await firstTimeOf(file),
		lost,
		skipped,
		milliseconds: performance.now() - begun,
	};
}

/** @param jitPids processes with a map of compiled code, which is read as it is now */
export async function readByUs(file: string, jitPids: readonly number[] = []): Promise<ReadSamples> {
	const maps = new Map(jitPids.map((pid) => [pid, new JitMap(pid)]));
	for (const map of maps.values()) await map.refresh();
	const buildIds = await buildIdsOf(file);
	const begun = performance.now();
	const builder = new RememberingBuilder();
	const symbols = createTargetSymbols({
		jitName: (pid, address) => maps.get(pid)?.nameOf(address),
		otherRoots: ["/"],
	});
	const reader = new PerfDataReader({ builder, symbols, buildIds });
	for await (const chunk of createReadStream(file, { highWaterMark: CHUNK })) reader.push(chunk as Buffer);
	reader.end();
	symbols.close();
	for (const map of maps.values()) await map.close();
	const { lost, skipped } = reader;
	return { samples: builder.samples(), firstTime: 0, lost, skipped, milliseconds: performance.now() - begun };
}

export async function run(
	command: string,
	args: readonly string[],
	options: { cwd?: string } = {},
): Promise<string> {
	const { stdout } = await promisify(execFile)(command, [...args], { ...options, maxBuffer: 2 ** 28 });
	return stdout;
}

async function firstTimeOf(file: string): Promise<number> {
	const text = await run("perf", ["script", "-f", "-i", file, "-F", "time", "-G", "--ns"]);
	const [seconds, fraction] = (text.match(/\d+\.\d+/)?.[0] ?? "0.0").split(".");
	return Number(seconds) * 1e9 + Number(fraction.padEnd(9, "0"));
}

/** As the recording has them: a file of that path with another build-id is another file. */
async function buildIdsOf(file: string): Promise<Map<string, string>> {
	const text = await run("perf", ["buildid-list", "-f", "-i", file]).catch(() => "");
	const found = text.matchAll(/^([0-9a-f]{8,40}) (\/.*)$/gm);
	return new Map(Array.from(found, ([, id, path]) => [path, id]));
}
