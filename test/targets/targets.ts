import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { promisify } from "node:util";

/** A real process to profile. */
export interface TestTarget {
	/** as seen from here */
	readonly pid: number;
	/** ends it and waits until it is gone */
	stop(): Promise<void>;
}

/** So that V8 neither hides the functions' names nor inlines them away. */
export const NODE_ARGUMENTS = [
	...["--perf-basic-prof", "--no-logfile-per-isolate", "--logfile=/dev/null"],
	...["--no-turbo-inlining", "--no-maglev"],
];
const source = (name: string) => join(import.meta.dirname, name);

const compiled = new Map<string, Promise<string>>();

/**
 * Compiles busy.c once for this test process; the result is removed when the process ends.
 * @param more of the compiler's options
 */
export function compileBusy(...more: string[]): Promise<string> {
	const key = more.join(" ");
	const program = compiled.get(key) ?? compile(more);
	compiled.set(key, program);
	return program;
}

/** Removed when the process ends. */
function temporaryFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), "furnace-test-target-"));
	process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

async function compile(more: string[]): Promise<string> {
	const program = join(temporaryFolder(), "busy");
	// optimised, a function that calls no other has no frame pointer of its own and hides its caller
	const flags = ["-O0", "-g", "-pthread", ...more];
	await promisify(execFile)("gcc", [...flags, "-o", program, source("busy.c")]);
	return program;
}

/** @param mode see busy.c */
export async function startBusy(...mode: string[]): Promise<TestTarget> {
	return started(spawn(await compileBusy(), mode, { stdio: ["ignore", "pipe", "inherit"] }));
}

/** What inlined.cpp burns in has no symbol: it was inlined into another function. */
export const INLINED = {
	name: "inlined_burning",
	into: "burning",
	caller: "caller",
	file: source("inlined.cpp"),
};

export async function startInlined(): Promise<TestTarget> {
	const program = join(temporaryFolder(), "inlined");
	const flags = ["-O2", "-g", "-fno-omit-frame-pointer"];
	await promisify(execFile)("g++", [...flags, "-o", program, INLINED.file]);
	return started(spawn(program, [], { stdio: ["ignore", "pipe", "inherit"] }));
}

/** A Node.js target of this folder; its map of compiled code is removed when it is stopped. */
export async function startNode(program = "busy.mjs"): Promise<TestTarget> {
	return withoutMap(await started(spawnNode(program, "ignore")));
}

function spawnNode(program: string, stdin: "ignore" | "pipe"): ChildProcess {
	return spawn(process.execPath, [...NODE_ARGUMENTS, source(program)], {
		stdio: [stdin, "pipe", "inherit"],
	});
}

/** Its map of compiled code goes with it. */
function withoutMap(target: TestTarget): TestTarget {
	return {
		pid: target.pid,
		async stop() {
			await target.stop();
			rmSync(`/tmp/perf-${target.pid}.map`, { force: true });
		},
	};
}

/** A target that begins to burn when it is told to. */
export interface LateTarget extends TestTarget {
	/** @returns when it began: nanoseconds of the monotonic clock, as `process.hrtime` has them */
	burn(): Promise<bigint>;
}

/** What late.mjs burns in, once it has been told to. */
export const LATE_FUNCTION = "furnaceBurningLate";

export async function startLate(): Promise<LateTarget> {
	const child = spawnNode("late.mjs", "pipe");
	const target = withoutMap(await started(child));
	return {
		...target,
		async burn() {
			const told = once(createInterface({ input: child.stdout as Readable }), "line");
			(child.stdin as Writable).write("burn\n");
			const [line] = await told;
			return BigInt(line);
		},
	};
}

/** Where a hidden target's program lies: a place that exists in its own mount namespace only. */
export const HIDDEN_FOLDER = "/srv/furnace-hidden";

/** `busy` in its own mount and PID namespaces, run from HIDDEN_FOLDER. Needs root. */
export async function startHiddenBusy(): Promise<TestTarget> {
	return startHidden(await compileBusy(), ["busy"], "exec ./busy");
}

/** The Node.js target likewise, with a /tmp of its own for its map of compiled code. */
export async function startHiddenNode(): Promise<TestTarget> {
	const run = `exec ./node ${NODE_ARGUMENTS.join(" ")} ./busy.mjs`;
	return startHidden(process.execPath, ["node", source("busy.mjs")], run);
}

async function startHidden(program: string, files: string[], run: string): Promise<TestTarget> {
	const [name, ...others] = files;
	const script = [
		`mount -t tmpfs none /srv && mkdir ${HIDDEN_FOLDER} && cd ${HIDDEN_FOLDER}`,
		`cp "$1" ./${name}`,
		...others.map((file) => `cp "${file}" .`),
		"mount -t tmpfs none /tmp",
		run,
	].join(" && ");
	const unshare = ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
	const child = spawn("unshare", [...unshare, "sh", "-c", script, "sh", program], {
		stdio: ["ignore", "pipe", "inherit"],
	});
	const outer = await started(child);
	const children = readFileSync(`/proc/${outer.pid}/task/${outer.pid}/children`, "utf8");
	return { pid: Number(children.trim().split(" ")[0]), stop: outer.stop };
}

async function started(child: ChildProcess): Promise<TestTarget> {
	const { pid } = child;
	if (pid === undefined) throw new Error("The target could not be started");
	const ended = once(child, "exit");
	const lines = createInterface({ input: child.stdout as Readable });
	await Promise.race([
		once(lines, "line"),
		ended.then(([code]) => Promise.reject(new Error(`The target ended with ${code}`))),
	]);
	return {
		pid,
		async stop() {
			child.kill("SIGKILL");
			await ended;
		},
	};
}
