import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, createReadStream, openSync } from "node:fs";
import { promisify } from "node:util";
import { EMPTY_STACK, ProfileBuilder } from "../../profile/builder.ts";
import { cleanName } from "../../profile/frame-name.ts";
import type { Frame } from "../../profile/model.ts";
import { PerfDataReader } from "../../profile/read/perf-data/reader.ts";
import { PERF_SCRIPT_ARGUMENTS, PerfScriptReader, perfValueTypes } from "../../profile/read/perf-script.ts";
import { foldedChunks } from "../../profile/write/folded.ts";
import { JitMap } from "../../sidecar/profilers/perf/jit-map.ts";
import { createTargetSymbols } from "../../symbol-files/target-symbols.ts";

/** One sample, its stack with the module and the name of each frame, from the root on. */
export interface Sample {
	/** nanoseconds since the first sample of the recording */
	readonly time: number;
	readonly pid: number;
	readonly tid: number;
	readonly period: number;
	/** the command first */
	readonly frames: readonly SampleFrame[];
}

export interface SampleFrame {
	readonly module: string;
	readonly name: string;
}

export interface ReadSamples {
	readonly samples: readonly Sample[];
	/** all of them as our own writer folds them */
	readonly folded: string;
	readonly lost: number;
	readonly skipped: number;
	readonly milliseconds: number;
}

type ThreadKey = Pick<Sample, "pid" | "tid">;

const EVENT = "cpu-clock";
const CHUNK = 256 * 1024;

/** A builder that also remembers each sample by itself. */
class RememberingBuilder extends ProfileBuilder {
	readonly #leftOut: ReadonlySet<number>;
	readonly #frames = new Map<number, SampleFrame>();
	readonly #paths = new Map<number, readonly SampleFrame[]>([[EMPTY_STACK, []]]);
	readonly #threads = new Map<number, ThreadKey>();
	readonly #samples: Sample[] = [];

	/** @param leftOut processes whose samples do not count */
	constructor(leftOut: ReadonlySet<number>) {
		super({ valueTypes: perfValueTypes(EVENT) });
		this.#leftOut = leftOut;
	}

	override frame(frame: Frame): number {
		const index = super.frame(frame);
		this.#frames.set(index, { module: frame.module, name: cleanName(frame.name) });
		return index;
	}

	override child(parent: number, frame: number): number {
		const stack = super.child(parent, frame);
		if (!this.#paths.has(stack)) {
			const added = this.#frames.get(frame);
			this.#paths.set(stack, [...(this.#paths.get(parent) ?? []), ...(added === undefined ? [] : [added])]);
		}
		return stack;
	}

	override thread(thread: ThreadKey & { name: string }): number {
		const index = super.thread(thread);
		this.#threads.set(index, thread);
		return index;
	}

	override add(stack: number, thread: number, values: readonly (number | bigint)[], time = 0): number {
		const { pid, tid } = this.#threads.get(thread) ?? { pid: -1, tid: -1 };
		if (this.#leftOut.has(pid)) return 0;
		this.#samples.push({ time, pid, tid, period: Number(values[1]), frames: this.#paths.get(stack) ?? [] });
		return super.add(stack, thread, values, time);
	}

	samples(): Sample[] {
		return this.#samples.sort((a, b) => a.time - b.time || a.tid - b.tid);
	}

	folded(): string {
		return [...foldedChunks(this.tree())].join("");
	}
}

/**
 * What `perf script` prints of a recording.
 * @param file perf.data, file or pipe form
 * @returns the path of the text
 */
export async function scriptText(file: string): Promise<string> {
	const path = `${file}.txt`;
	const descriptor = openSync(path, "w");
	const script = spawn("perf", ["script", "--force", "--input", file, ...PERF_SCRIPT_ARGUMENTS], {
		stdio: ["ignore", descriptor, "ignore"],
		env: { PATH: process.env.PATH, HOME: "/nonexistent", LC_ALL: "C", PERF_CONFIG: "/dev/null" },
	});
	await once(script, "exit");
	closeSync(descriptor);
	return path;
}

/**
 * @param path of what `perf script` printed
 * @param leftOut processes whose samples do not count
 */
export async function readScriptText(
	path: string,
	leftOut: ReadonlySet<number> = new Set(),
): Promise<ReadSamples> {
	const begun = performance.now();
	const builder = new RememberingBuilder(leftOut);
	const reader = new PerfScriptReader({ builder });
	for await (const chunk of createReadStream(path, { highWaterMark: CHUNK })) reader.push(chunk as Buffer);
	reader.end();
	return read(builder, reader, begun);
}

export interface ReadOptions {
	/** processes with a map of compiled code, which is read as it is now */
	readonly jitPids: readonly number[];
	/** processes whose samples do not count */
	readonly leftOut: ReadonlySet<number>;
}

/** @param file perf.data, file or pipe form */
export async function readPerfData(file: string, { jitPids, leftOut }: ReadOptions): Promise<ReadSamples> {
	const maps = new Map(jitPids.map((pid) => [pid, new JitMap(pid)]));
	for (const map of maps.values()) await map.refresh();
	const buildIds = await buildIdsOf(file);
	const begun = performance.now();
	const builder = new RememberingBuilder(leftOut);
	const symbols = createTargetSymbols({
		jitName: (pid, address) => maps.get(pid)?.nameOf(address),
		otherRoots: ["/"],
		// of all programs of a machine
		mostBytes: 2 ** 31,
	});
	const reader = new PerfDataReader({ builder, symbols, buildIds });
	for await (const chunk of createReadStream(file, { highWaterMark: CHUNK })) reader.push(chunk as Buffer);
	reader.end();
	symbols.close();
	for (const map of maps.values()) await map.close();
	return read(builder, reader, begun);
}

function read(
	builder: RememberingBuilder,
	{ lost, skipped }: { lost: number; skipped: number },
	begun: number,
): ReadSamples {
	const milliseconds = performance.now() - begun;
	return { samples: builder.samples(), folded: builder.folded(), lost, skipped, milliseconds };
}

export async function run(
	command: string,
	args: readonly string[],
	options: { cwd?: string } = {},
): Promise<string> {
	const { stdout } = await promisify(execFile)(command, [...args], { ...options, maxBuffer: 2 ** 28 });
	return stdout;
}

/** As the recording has them: a file of that path with another build-id is another file. */
async function buildIdsOf(file: string): Promise<Map<string, string>> {
	const text = await run("perf", ["buildid-list", "-f", "-i", file]).catch(() => "");
	const found = text.matchAll(/^([0-9a-f]{8,40}) (\/.*)$/gm);
	return new Map(Array.from(found, ([, id, path]) => [path, id]));
}
