import { moduleOf } from "../../profile/read/perf-frame.ts";
import { run, type Sample } from "./samples.ts";

const EXEC = /^\s*.*?\s(-?\d+)\/(-?\d+)\s+(\d+)\.(\d+): PERF_RECORD_COMM exec: .*:(\d+)\/\d+\s*$/;
const MAP = /^\s*.*?\s(-?\d+)\/(-?\d+)\s+(\d+)\.(\d+): PERF_RECORD_MMAP2? (\d+)\/\d+: \[[^\]]*\]: \S+ (.*)$/;
const SAMPLE = /()()(\d+)\.(\d+):\s*$/;

/** perf script reads the symbols of all files with samples even where it prints none: here it finds no file. */
export const WITHOUT_SYMBOLS: readonly string[] = ["--symfs", "/nonexistent", "--kallsyms", "/dev/null"];

/** Which files each program had mapped, by perf's own account of a recording. */
export class ProgramMaps {
	readonly #execs = new Map<number, number[]>();
	readonly #maps = new Map<number, { time: number; module: string }[]>();
	#firstSample = -1;

	/** @param file perf.data, file or pipe form */
	static async of(file: string): Promise<ProgramMaps> {
		const maps = new ProgramMaps();
		const events = ["--show-mmap-events", "--show-task-events", "-F", "comm,pid,tid,time", "--ns"];
		const text = await run("perf", ["script", "-f", "-i", file, ...WITHOUT_SYMBOLS, ...events]);
		for (const line of text.split("\n")) maps.#read(line);
		return maps;
	}

	/** Has the program that the sample was taken of mapped this file by then? Also true where none was ever exec'ed. */
	hasMapped({ pid, time }: Sample, module: string): boolean {
		const at = time + this.#firstSample;
		const exec = this.#execs.get(pid)?.findLast((each) => each <= at);
		if (exec === undefined) return true;
		const maps = this.#maps.get(pid) ?? [];
		return maps.some((map) => map.time >= exec && map.time <= at && map.module === module);
	}

	#read(line: string): void {
		const exec = EXEC.exec(line);
		if (exec !== null) append(this.#execs, Number(exec[5]), nanoseconds(exec));
		const map = MAP.exec(line);
		if (map !== null) {
			append(this.#maps, Number(map[5]), { time: nanoseconds(map), module: moduleOf(map[6], "").module });
		}
		if (this.#firstSample !== -1) return;
		const sample = SAMPLE.exec(line);
		if (sample !== null) this.#firstSample = nanoseconds(sample);
	}
}

function nanoseconds(match: RegExpExecArray): number {
	return Number(match[3]) * 1e9 + Number(match[4].padEnd(9, "0"));
}

function append<T>(lists: Map<number, T[]>, key: number, value: T): void {
	const list = lists.get(key);
	if (list === undefined) lists.set(key, [value]);
	else list.push(value);
}
