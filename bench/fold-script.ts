/** What `perf script` prints, to folded stacks by our reader of that text: stands in for inferno in bench/fold.ts. */
import { ProfileBuilder } from "../profile/builder.ts";
import { PerfScriptReader } from "../profile/read/perf-script.ts";
import { foldedChunks } from "../profile/write/folded.ts";

const builder = new ProfileBuilder({ valueTypes: [{ type: "samples", unit: "count" }] });
const reader = new PerfScriptReader({ builder });
for await (const chunk of process.stdin) reader.push(chunk);
reader.end();
for (const text of foldedChunks(builder.tree())) process.stdout.write(text);
