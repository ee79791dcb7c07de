import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { PerfScriptReader } from "../../../profile/read/perf-script.ts";
import { createKillLadder } from "../kill-ladder.ts";
import { listenTo } from "../tool-log.ts";
import { startTool } from "../tool-process.ts";
import { scriptCommand } from "./command.ts";
import type { DecoderEnd, DecoderOptions, SampleDecoder } from "./sample-decoder.ts";

/** `perf script` prints nothing while it reads the symbols of a large executable. */
const DEADLINES = { asked: 45_000, terminated: 5_000 };

/** Decodes by `perf script`, which alone can unwind by DWARF. */
export function createScriptDecoder({ tools, sink, jit }: DecoderOptions): SampleDecoder {
	const script = startTool(scriptCommand(tools), 3);
	const ladder = createKillLadder(script, DEADLINES);
	const reader = new PerfScriptReader({ builder: sink.builder, jitName: jit.nameOf });
	const input = script.child.stdin as Writable;
	const read = async () => {
		try {
			for await (const chunk of script.child.stdout as Readable) {
				ladder.progress();
				await jit.refresh();
				reader.push(chunk as Buffer);
			}
		} catch {
			// its pipe broke: it is gone, and its exit says why
		}
		reader.end();
	};
	const finish = async (): Promise<DecoderEnd> => {
		// All at once and before anything is awaited: what nobody reads when a process exits, Node throws away.
		await Promise.all([read(), listenTo(script, sink.onLog)]);
		return { exit: await script.exit, killed: ladder.killed };
	};
	return {
		async push(records) {
			if (input.writable && !input.write(records)) await drained(input);
		},
		end: () => void input.end(),
		hurry: () => ladder.climb(),
		done: finish(),
		lost: () => reader.lost,
		cpuSeconds: () => script.cpuSeconds(),
		pids: () => (script.running() && script.child.pid ? [script.child.pid] : []),
		kill: () => script.signal("SIGKILL"),
	};
}

async function drained(sink: Writable): Promise<void> {
	const done = new AbortController();
	const { signal } = done;
	const gone = ["close", "error"].map((event) => once(sink, event, { signal }).catch(() => undefined));
	await Promise.race([once(sink, "drain", { signal }).catch(() => undefined), ...gone]);
	done.abort();
}
