import { execFileSync } from "node:child_process";
import { moduleOf } from "../../profile/read/perf-frame.ts";
import { run, type Sample, type SampleFrame } from "./samples.ts";

const EXEC = /^\s*.*?\s(-?\d+)\/(-?\d+)\s+(\d+)\.(\d+): PERF_RECORD_COMM exec: .*:(\d+)\/\d+\s*$/;
const MAP = /^\s*.*?\s(-?\d+)\/(-?\d+)\s+(\d+)\.(\d+): PERF_RECORD_MMAP2? (\d+)\/\d+: \[[^\]]*\]: \S+ (.*)$/;

/** Which files each program had mapped, by perf's own account of a recording. */
export class ProgramMaps {
	readonly #execs = new Map<number, number[]>();
	readonly #maps = new Map<number, { time: number; module: string }[]>();
	#firstSample = 0;
	readonly #debug = new Map<string, Map<string, string>>();
	readonly #labels = new Map<string, Set<string>>();

	static async of(file: string, firstSample: number): Promise<ProgramMaps> {
		const maps = new ProgramMaps();
		maps.#firstSample = firstSample;
		const fields = ["-F", "comm,pid,tid,time", "--ns"];
		const text = await run("perf", [
			"script",
			"-f",
			"-i",
			file,
			"--show-mmap-events",
			"--show-task-events",
			...fields,
		]);
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

	/** Is it a symbol without a size, by what `nm -S` prints? */
	isLabel({ module, name }: SampleFrame): boolean {
		const labels = this.#labels.get(module) ?? labelsOf(module);
		this.#labels.set(module, labels);
		return labels.has(name);
	}

	/** Does the file's debug information, found by its build-id, have both names at one address? */
	areAliases(module: string, first: string, second: string): boolean {
		const places = this.#debug.get(module) ?? debugSymbolsOf(module);
		this.#debug.set(module, places);
		const [one, other] = [first, second].map((name) => places.get(name));
		return one !== undefined && one === other;
	}

	#read(line: string): void {
		const exec = EXEC.exec(line);
		if (exec !== null) append(this.#execs, Number(exec[5]), nanoseconds(exec));
		const map = MAP.exec(line);
		if (map === null) return;
		append(this.#maps, Number(map[5]), { time: nanoseconds(map), module: moduleOf(map[6], "").module });
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

/** Lines of a symbol with a size have four columns, of one without three. */
function labelsOf(module: string): Set<string> {
	if (!module.startsWith("/")) return new Set();
	const text = execFileSync("nm", ["-S", module], { encoding: "utf8", maxBuffer: 2 ** 28 });
	return new Set(Array.from(text.matchAll(/^[0-9a-f]+ [a-zA-Z] (.+)$/gm), ([, name]) => name));
}

/** Address by name. */
function debugSymbolsOf(module: string): Map<string, string> {
	const places = new Map<string, string>();
	try {
		const notes = execFileSync("readelf", ["-n", module], { encoding: "utf8" });
		const id = /Build ID: ([0-9a-f]+)/.exec(notes)?.[1] ?? "";
		const file = `/usr/lib/debug/.build-id/${id.slice(0, 2)}/${id.slice(2)}.debug`;
		const text = execFileSync("nm", [file], { encoding: "utf8", maxBuffer: 2 ** 28 });
		for (const [, address, name] of text.matchAll(/^([0-9a-f]+) [a-zA-Z] (.+)$/gm)) {
			places.set(name.replace(/@@?.*$/, ""), address);
		}
	} catch {
		// it has none
	}
	return places;
}
