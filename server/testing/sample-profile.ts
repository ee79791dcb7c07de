import { gzipSync } from "node:zlib";
import type { Recording } from "../../contract/recording.ts";
import { sampleRecording } from "../../contract/testing/sample-recording.ts";
import { ProfileBuilder } from "../../profile/builder.ts";
import { pprofChunks } from "../../profile/write/pprof.ts";

/**
 * An uploadable profile: gzipped pprof that carries its recording.
 * @param weights samples in each function that `main` calls
 */
export function sampleProfile(
	recording: Recording | null = sampleRecording(),
	weights: Record<string, number> = { work: 42 },
): Buffer {
	const builder = new ProfileBuilder({ valueTypes: [{ type: "samples", unit: "count" }] });
	const frame = (name: string) =>
		builder.frame({ name, module: "/usr/bin/demo", kind: "user", file: "", line: 0 });
	const thread = builder.thread({ pid: 1, tid: 1, name: "demo" });
	for (const [name, weight] of Object.entries(weights)) {
		builder.add(builder.stack([frame("main"), frame(name)]), thread, [weight]);
	}
	const comments = recording === null ? [] : [`furnace.recording=${JSON.stringify(recording)}`];
	return gzipSync(Buffer.concat([...pprofChunks(builder.snapshot({ comments }))]));
}
