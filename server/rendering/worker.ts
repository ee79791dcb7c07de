import { readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { gunzipSync, gzipSync } from "node:zlib";
import { type Profile, ProfileFormatError } from "../../profile/model.ts";
import { readPprof } from "../../profile/read/pprof.ts";
import { carriedRecording } from "./carried-recording.ts";
import type { RenderTask, Task, TaskAnswer } from "./task.ts";

const answer = await perform(workerData as Task);
parentPort?.postMessage(answer, answer.kind === "bytes" ? [answer.bytes.buffer as ArrayBuffer] : []);

async function perform(task: Task): Promise<TaskAnswer> {
	const profile = read(task);
	if (typeof profile === "string") return { kind: "unreadable", reason: profile };
	if (task.kind === "inspect") return { kind: "comments", comments: [...profile.info.comments] };
	return { kind: "bytes", bytes: await render(profile, task) };
}

/** @returns the reason as text where the bytes are at fault */
function read({ source, maxBytes }: Task): Profile | string {
	const compressed = "path" in source ? readFileSync(source.path) : source.bytes;
	try {
		return readPprof(gunzipSync(compressed, { maxOutputLength: maxBytes }));
	} catch (error) {
		if (error instanceof ProfileFormatError) return error.message;
		const { code = "" } = error as NodeJS.ErrnoException;
		if (code === "ERR_BUFFER_TOO_LARGE") return `It has more than ${maxBytes} bytes uncompressed.`;
		if (code.startsWith("Z_")) return "It is not gzip, or torn.";
		throw error;
	}
}

async function render(profile: Profile, task: RenderTask): Promise<Uint8Array> {
	// the writers are loaded only where something is written
	const { writeProfile } = await import("../../profile/write/formats.ts");
	const { format, title, viewer } = task;
	const recording = carriedRecording(profile.info.comments);
	const bytes = await writeProfile(profile, format, {
		// people know a process by its command line rather than by its pod
		title: recording?.target.command ?? title,
		...(viewer === null ? {} : { viewer }),
		...(recording === undefined ? {} : { recording }),
	});
	// a copy, since Node's own buffers cannot be handed to another thread
	return format === "pprof" ? new Uint8Array(gzipSync(bytes)) : bytes;
}
