import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { PerfScriptReader } from "../../../profile/read/perf-script.ts";
import { createKillLadder, type KillLadder } from "../kill-ladder.ts";
import type { ProfilerRun, ProfilerSink, RecordingOrder, RunEnd } from "../profiler.ts";
import { ToolLog } from "../tool-log.ts";
import { startTool, type ToolProcess } from "../tool-process.ts";
import { CONTROL, CONTROL_COMMANDS, type PerfTools, recordCommand, scriptCommand } from "./command.ts";
import { concludeRun } from "./conclusion.ts";
import { startHeartbeat } from "./control.ts";
import { createJitNames, type JitNames } from "./jit-names.ts";
import { createRawFile, type RawFile } from "./raw-file.ts";
import { RecordFraming } from "./record-framing.ts";

export interface PerfRunOptions {
	readonly tools: PerfTools;
	/** bytes of raw data kept at most */
	readonly rawLimit: number;
}

/** Without progress for this long, `perf record` is stuck. */
const RECORD_DEADLINES = { asked: 10_000, terminated: 5_000 };
/** `perf script` prints nothing while it reads the symbols of a large executable. */
const SCRIPT_DEADLINES = { asked: 45_000, terminated: 5_000 };

/** perf's own words are kept for finding the cause, up to this many lines. */
const SAID_LIMIT = 200;

/** The two tools of a run and what belongs to both. */
interface Run {
	readonly record: ToolProcess;
	readonly script: ToolProcess;
	readonly recordLadder: KillLadder;
	readonly scriptLadder: KillLadder;
	readonly reader: PerfScriptReader;
	readonly jit: JitNames;
	readonly said: string[];
	readonly raw: RawFile;
	/** all that perf recorded has been handed to `perf script` */
	forwarded: boolean;
}

/**
 * `perf record | perf script | reader`, with the agent between the two, so that the raw data can be kept and a stream
 * that breaks off ends in a whole record. Slow readers slow down perf, which then counts what it loses.
 */
export function startPerfRun(
	order: RecordingOrder,
	sink: ProfilerSink,
	{ tools, rawLimit }: PerfRunOptions,
): ProfilerRun {
	const record = startTool(recordCommand(tools, order), 5);
	const script = startTool(scriptCommand(tools), 3);
	const recordLadder = createKillLadder(record, RECORD_DEADLINES);
	const scriptLadder = createKillLadder(script, SCRIPT_DEADLINES);
	const jit = createJitNames(order.processes.map(({ pid }) => pid));
	const reader = new PerfScriptReader({ builder: sink.builder, jitName: jit.nameOf });
	const said: string[] = [];
	const control = startHeartbeat(record.child.stdio[CONTROL.commands] as Writable, {
		answers: record.child.stdio[CONTROL.answers] as Readable,
		onFirstAnswer: () => sink.onStarted(),
	});
	const stop = () => {
		control.send(CONTROL_COMMANDS.stop);
		recordLadder.climb();
	};
	const raw = createRawFile(order.rawFile, rawLimit, (reason) => sink.onLog(reason));
	const run: Run = { record, script, recordLadder, scriptLadder, reader, jit, said, raw, forwarded: false };
	const finish = async (): Promise<RunEnd> => {
		// All at once and before anything is awaited: what nobody reads when a process exits, Node throws away.
		const listening = [listen(record, said, sink), listen(script, [], sink)];
		await Promise.all([forward(run), read(run), endTogether(run, stop), ...listening]);
		control.end();
		return concludeRun(
			{ exit: await record.exit, killed: recordLadder.killed, said },
			{ exit: await script.exit, killed: scriptLadder.killed },
		);
	};
	return {
		done: finish(),
		stop,
		kill() {
			record.signal("SIGKILL");
			script.signal("SIGKILL");
		},
		lost: () => reader.lost,
		cpuSeconds: async () => (await record.cpuSeconds()) + (await script.cpuSeconds()),
		hasRawData: raw.isKept,
		pids: () => [record, script].flatMap(({ running, child: { pid } }) => (running() && pid ? [pid] : [])),
	};
}

/** perf's stream: to the raw file and to `perf script`, at the pace of the slower one. */
async function forward(run: Run): Promise<void> {
	const { record, script, recordLadder, raw } = run;
	const framing = new RecordFraming();
	const sink = script.child.stdin as Writable;
	try {
		for await (const chunk of record.child.stdout as Readable) {
			recordLadder.progress();
			const records = framing.push(chunk as Buffer);
			await raw.write(records);
			if (sink.writable && !sink.write(records)) await drained(sink);
		}
	} catch {
		// its pipe broke: it is gone, and its exit says why
	}
	run.forwarded = true;
	sink.end();
	await raw.close();
}

async function drained(sink: Writable): Promise<void> {
	const done = new AbortController();
	const { signal } = done;
	const gone = ["close", "error"].map((event) => once(sink, event, { signal }).catch(() => undefined));
	await Promise.race([once(sink, "drain", { signal }).catch(() => undefined), ...gone]);
	done.abort();
}

async function read({ script, scriptLadder, reader, jit }: Run): Promise<void> {
	try {
		for await (const chunk of script.child.stdout as Readable) {
			scriptLadder.progress();
			await jit.refresh();
			reader.push(chunk as Buffer);
		}
	} catch {
		// as above
	}
	reader.end();
	await jit.close();
}

/** When one of the two is gone the other has nothing left to do. */
async function endTogether(run: Run, stopRecord: () => void): Promise<void> {
	const { record, script, scriptLadder } = run;
	const afterRecord = record.exit.then(() => scriptLadder.climb());
	const afterScript = script.exit.then(() => {
		if (!run.forwarded) stopRecord();
	});
	await Promise.all([afterRecord, afterScript]);
}

async function listen(tool: ToolProcess, said: string[], sink: ProfilerSink): Promise<void> {
	const log = new ToolLog((line) => {
		if (said.length < SAID_LIMIT) said.push(line);
		sink.onLog(line);
	});
	try {
		for await (const chunk of tool.child.stderr as Readable) log.push(chunk as Buffer);
	} catch {
		// as above
	}
	log.end();
}
