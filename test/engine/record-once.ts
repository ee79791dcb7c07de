/** Records one process for a while as the agent does, and prints its folded stacks: `record-once.ts PID MILLISECONDS`. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { ProfileBuilder } from "../../profile/builder.ts";
import { perfValueTypes } from "../../profile/read/perf-script.ts";
import { foldedChunks } from "../../profile/write/folded.ts";
import { createPerf } from "../../sidecar/profilers/perf/perf.ts";
import { readProcess } from "../../sidecar/targets/process-info.ts";

const target = await readProcess(Number(process.argv[2]));
if (target === undefined) throw new Error("There is no such process");
const builder = new ProfileBuilder({ valueTypes: perfValueTypes("cpu-clock") });
const folder = mkdtempSync(join(tmpdir(), "furnace-test-record-"));
const run = createPerf({ path: process.env.PATH ?? "", symbolFiles: "unread" }).start(
	{ event: "cpu-clock", frequency: 199, callGraph: "fp", processes: [target], rawFile: join(folder, "raw") },
	{
		builder,
		onStarted: () => undefined,
		onLog: (line) => process.stderr.write(`${line}\n`),
	},
);
await setTimeout(Number(process.argv[3]));
run.stop();
const { cause } = await run.done;
rmSync(folder, { recursive: true });
if (cause !== null) throw new Error(`It ended by ${cause}`);
for (const chunk of foldedChunks(builder.tree())) process.stdout.write(chunk);
