/** perf.data to folded stacks by our engine, for bench/fold.ts: `node bench/fold-ours.ts FILE`, folded on standard output. */
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { ProfileBuilder } from "../profile/builder.ts";
import { PerfDataReader } from "../profile/read/perf-data/reader.ts";
import { foldedBytes } from "../profile/write/folded.ts";
import { createTargetSymbols } from "../sidecar/symbols/target-symbols.ts";

const CHUNK = 256 * 1024;
const STDOUT = 1;

const builder = new ProfileBuilder({ valueTypes: [{ type: "samples", unit: "count" }] });
const symbols = createTargetSymbols({ jitName: () => undefined, otherRoots: ["/"] });
const reader = new PerfDataReader({ builder, symbols });
const file = openSync(process.argv[2], "r");
const chunk = new Uint8Array(CHUNK);
for (let count = readSync(file, chunk); count > 0; count = readSync(file, chunk)) {
	reader.push(chunk.subarray(0, count));
}
closeSync(file);
reader.end();
const read = performance.now();
for (const bytes of foldedBytes(builder.tree())) {
	for (let at = 0; at < bytes.length; ) at += writeSync(STDOUT, bytes, at);
}
if (process.env.FOLD_TIMES) {
	process.stderr.write(
		`read ${read.toFixed(0)}, all ${performance.now().toFixed(0)}, samples ${reader.samples}, stacks ${builder.stackCount}, skipped ${reader.skipped}, lost ${reader.lost}\n`,
	);
}
