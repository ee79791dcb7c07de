import type { Readable, Writable } from "node:stream";
import type { Debuginfod } from "../../../symbol-files/debuginfod.ts";
import { createKillLadder, type KillLadder } from "../kill-ladder.ts";
import type { ProfilerRun, ProfilerSink, RecordingOrder, RunEnd } from "../profiler.ts";
import { listenTo } from "../tool-log.ts";
import { startTool, type ToolProcess } from "../tool-process.ts";
import { CONTROL, type PerfTools, recordCommand } from "./command.ts";
import { concludeRun } from "./conclusion.ts";
import { startHeartbeat } from "./control.ts";
import { createEngineDecoder } from "./engine-decoder.ts";
import { createJitNames } from "./jit-names.ts";
import { createRawFile, type RawFile } from "./raw-file.ts";
import { RecordFraming } from "./record-framing.ts";
import type { SampleDecoder } from "./sample-decoder.ts";
import { createScriptDecoder } from "./script-decoder.ts";

export interface PerfRunOptions {
	readonly tools: PerfTools;
	/** bytes of raw data kept at most */
	readonly rawLimit: number;
	readonly debuginfod?: Debuginfod | undefined;
}

/** Without progress for this long, `perf record` is stuck; one that still records after the longest was not reached. */
const RECORD_DEADLINES = { asked: 10_000, longest: 30_000, terminated: 5_000 };

/** perf's own words are kept for finding the cause, up to this many lines. */
const SAID_LIMIT = 200;

/** The recorder of a run and what reads after it. */
interface Run {
	readonly record: ToolProcess;
	readonly ladder: KillLadder;
	readonly decoder: SampleDecoder;
	readonly raw: RawFile;
	/** all that perf recorded has been handed on */
	forwarded: boolean;
}

/**
 * `perf record | decoder`, with the agent between the two, so that the raw data can be kept and a stream that breaks off ends
 * in a whole record. A slow decoder slows down perf, which then counts what it loses.
 */
export function startPerfRun(
	order: RecordingOrder,
	sink: ProfilerSink,
	{ tools, rawLimit, debuginfod }: PerfRunOptions,
): ProfilerRun {
	const record = startTool(recordCommand(tools, order), 5);
	const ladder = createKillLadder(record, RECORD_DEADLINES);
	const pids = order.processes.map(({ pid }) => pid);
	const jit = createJitNames(pids);
	const createDecoder = order.callGraph === "dwarf" ? createScriptDecoder : createEngineDecoder;
	const decoder = createDecoder({ tools, sink, jit, pids, debuginfod });
	const said: string[] = [];
	const control = startHeartbeat(record.child.stdio[CONTROL.commands] as Writable, {
		answers: record.child.stdio[CONTROL.answers] as Readable,
		onFirstAnswer: () => sink.onStarted(),
	});
	const stop = () => {
		control.stop();
		ladder.climb();
	};
	const raw = createRawFile(order.rawFile, rawLimit, (reason) => sink.onLog(reason));
	const run: Run = { record, ladder, decoder, raw, forwarded: false };
	const onSaid = (line: string) => {
		if (said.length < SAID_LIMIT) said.push(line);
		sink.onLog(line);
	};
	const finish = async (): Promise<RunEnd> => {
		// All at once and before anything is awaited: what nobody reads when a process exits, Node throws away.
		await Promise.all([forward(run), endTogether(run, stop), listenTo(record, onSaid)]);
		control.end();
		await jit.close();
		const { failure, ...end } = await decoder.done;
		const ended = concludeRun({ exit: await record.exit, killed: ladder.killed, said }, end);
		return failure === undefined || ended.cause !== null ? ended : { cause: "tool-failed", detail: failure };
	};
	return {
		done: finish(),
		stop,
		kill() {
			record.signal("SIGKILL");
			decoder.kill();
		},
		lost: () => decoder.lost(),
		cpuSeconds: async () => (await record.cpuSeconds()) + (await decoder.cpuSeconds()),
		hasRawData: raw.isKept,
		pids: () => [...(record.running() && record.child.pid ? [record.child.pid] : []), ...decoder.pids()],
	};
}

/** perf's stream: to the raw file and to the decoder, at the pace of the slower one. */
async function forward(run: Run): Promise<void> {
	const { record, decoder, ladder, raw } = run;
	const framing = new RecordFraming();
	try {
		for await (const chunk of record.child.stdout as Readable) {
			ladder.progress();
			const records = framing.push(chunk as Buffer);
			await raw.write(records);
			await decoder.push(records);
		}
	} catch {
		// its pipe broke: it is gone, and its exit says why
	}
	run.forwarded = true;
	decoder.end();
	await raw.close();
}

/** When one of the two is gone the other has nothing left to do. */
async function endTogether(run: Run, stopRecord: () => void): Promise<void> {
	const { record, decoder } = run;
	const afterRecord = record.exit.then(() => decoder.hurry());
	const afterDecoder = decoder.done.then(() => {
		if (!run.forwarded) stopRecord();
	});
	await Promise.all([afterRecord, afterDecoder]);
}
