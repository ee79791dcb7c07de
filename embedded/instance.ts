import {
	accessSync,
	constants,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import { endProcess, isRunning, type ProcessId, processId } from "./process-id.ts";

const ProcessIdSchema = Type.Object({ pid: Type.Integer(), startTime: Type.String() });
const Note = Type.Object({
	main: ProcessIdSchema,
	url: Type.String(),
	runtimeDir: Type.String(),
	children: Type.Array(ProcessIdSchema),
});
type Note = Static<typeof Note>;

const RUNTIME_PREFIX = "furnace-run-";

/** Another Furnace runs with the same state folder. */
export class AlreadyRunningError extends Error {
	override name = "AlreadyRunningError";
}

/** The state folder cannot be written to. */
export class StateFolderError extends Error {
	override name = "StateFolderError";
}

/**
 * The note in the state folder of which processes run, so that a start after a kill -9 can clear away what was left:
 * child processes, and the JIT maps that they wrote to /tmp.
 */
export interface Instance {
	/** for sockets: short, because the path of one may have 107 bytes, and only ours (mode 0700) */
	readonly runtimeDir: string;
	addChild(pid: number): void;
	/** forgets an ended child and removes its JIT map */
	removeChild(pid: number): void;
	/** the last thing of an orderly end */
	release(): void;
}

/** @throws StateFolderError; AlreadyRunningError when the note's main process is alive */
export async function claimInstance(stateDir: string, url: string): Promise<Instance> {
	makeWritable(stateDir);
	const path = join(stateDir, "instance.json");
	await clearAway(readNote(path));
	const main = processId(process.pid);
	if (main === undefined) throw new Error("/proc is not mounted: Furnace needs it to find processes");
	const runtimeDir = mkdtempSync(join(tmpdir(), RUNTIME_PREFIX));
	const note: Note = { main, url, runtimeDir, children: [] };
	const save = () => {
		writeFileSync(`${path}.new`, JSON.stringify(note));
		renameSync(`${path}.new`, path);
	};
	save();
	return {
		runtimeDir,
		addChild(pid) {
			const id = processId(pid);
			if (id === undefined) return;
			note.children.push(id);
			save();
		},
		removeChild(pid) {
			note.children = note.children.filter((child) => child.pid !== pid);
			removeJitMap(pid);
			save();
		},
		release() {
			for (const { pid } of note.children) removeJitMap(pid);
			removeRuntimeDir(note);
			rmSync(path, { force: true });
		},
	};
}

function makeWritable(stateDir: string): void {
	try {
		mkdirSync(stateDir, { recursive: true, mode: 0o700 });
		accessSync(stateDir, constants.R_OK | constants.W_OK | constants.X_OK);
	} catch (cause) {
		const message = `The state folder cannot be used: ${(cause as Error).message}. Choose another one with --state.`;
		throw new StateFolderError(message, { cause });
	}
}

async function clearAway(note: Note | undefined): Promise<void> {
	if (note === undefined) return;
	if (isRunning(note.main)) {
		throw new AlreadyRunningError(`Furnace is running already: ${note.url} (process ${note.main.pid})`);
	}
	for (const child of note.children) {
		if (isRunning(child)) await endProcess(child, 5000);
		if (processId(child.pid) === undefined) removeJitMap(child.pid);
	}
	removeRuntimeDir(note);
}

function removeRuntimeDir({ runtimeDir }: Note): void {
	// The note could be anybody's text; only a folder of the kind we make is removed.
	if (dirname(runtimeDir) !== tmpdir() || !basename(runtimeDir).startsWith(RUNTIME_PREFIX)) return;
	rmSync(runtimeDir, { recursive: true, force: true });
}

function readNote(path: string): Note | undefined {
	try {
		const note: unknown = JSON.parse(readFileSync(path, "utf8"));
		return Value.Check(Note, note) ? note : undefined;
	} catch {
		// No note, or one that a crash tore: nothing to go by.
		return undefined;
	}
}

function removeJitMap(pid: ProcessId["pid"]): void {
	rmSync(`/tmp/perf-${pid}.map`, { force: true });
}
