import { readFileSync } from "node:fs";
import { parentPort } from "node:worker_threads";
import { gunzipSync, gzipSync } from "node:zlib";
import { type Profile, ProfileFormatError } from "../../profile/model.ts";
import { readPprof } from "../../profile/read/pprof.ts";
import type { PprofLimits } from "../../profile/read/pprof-tables.ts";
import type {
	ComparedProfile,
	DiffTask,
	ProfileLimits,
	ProfileSource,
	RenderTask,
	Task,
	TaskAnswer,
} from "./task.ts";

// What is thrown here ends the thread and is told to whoever gave the task.
parentPort?.on("message", async (task: Task) => {
	const answer = await perform(task);
	parentPort?.postMessage(answer, answer.kind === "bytes" ? [answer.bytes.buffer as ArrayBuffer] : []);
});

async function perform(task: Task): Promise<TaskAnswer> {
	if (task.kind === "diff") return compare(task);
	const profile = read(task.source, task);
	if (typeof profile === "string") return { kind: "unreadable", reason: profile };
	if (task.kind === "inspect") return { kind: "comments", comments: [...profile.info.comments] };
	return { kind: "bytes", bytes: await render(profile, task) };
}

/** @returns the reason as text where the bytes are at fault */
function read(source: ProfileSource, { maxBytes, maxEntries }: ProfileLimits): Profile | string {
	const compressed = "path" in source ? readFileSync(source.path) : source.bytes;
	try {
		return readPprof(gunzipSync(compressed, { maxOutputLength: maxBytes }), limitsOf(maxEntries));
	} catch (error) {
		if (error instanceof ProfileFormatError) return error.message;
		const { code = "" } = error as NodeJS.ErrnoException;
		if (code === "ERR_BUFFER_TOO_LARGE") return `It has more than ${maxBytes} bytes uncompressed.`;
		if (code.startsWith("Z_")) return "It is not gzip, or torn.";
		throw error;
	}
}

/** Columns of numbers take less than objects do. */
function limitsOf(most: number): Partial<PprofLimits> {
	return {
		functions: most,
		locations: most,
		lines: 4 * most,
		strings: 2 * most,
		threads: most / 4,
		samples: 4 * most,
		times: 16 * most,
	};
}

async function render(profile: Profile, task: RenderTask): Promise<Uint8Array> {
	// loaded only where something is written: a thread that only inspects starts in half the time
	const [{ writeProfile }, { carriedRecording }] = await Promise.all([
		import("../../profile/write/formats.ts"),
		import("./carried-recording.ts"),
	]);
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

async function compare(task: DiffTask): Promise<TaskAnswer> {
	const base = read(task.base.source, task);
	if (typeof base === "string") return { kind: "unreadable", reason: `The base: ${base}` };
	const comparison = read(task.comparison.source, task);
	if (typeof comparison === "string") return { kind: "unreadable", reason: `The comparison: ${comparison}` };
	const [{ diffProfiles }, { diffChunks }, nameOf] = await Promise.all([
		import("../../profile/diff/diff.ts"),
		import("../../profile/write/diff.ts"),
		nameWriter(),
	]);
	try {
		const diff = diffProfiles(base, comparison);
		const names = [nameOf(base, task.base), nameOf(comparison, task.comparison)] as const;
		const title = `${names[1]} compared with ${names[0]}`;
		return { kind: "bytes", bytes: await gather(diffChunks(diff, task.format, { title, names })) };
	} catch (error) {
		// nothing that both have counted
		if (error instanceof RangeError) return { kind: "unreadable", reason: `${error.message}.` };
		throw error;
	}
}

/** What is compared may be the same pod, or the same program: when it was recorded tells the two apart. */
async function nameWriter(): Promise<(profile: Profile, side: ComparedProfile) => string> {
	const { carriedRecording } = await import("./carried-recording.ts");
	return ({ info }, { title }) => {
		const recording = carriedRecording(info.comments);
		const name = recording?.target.command ?? title;
		return recording === undefined ? name : `${name} (${recording.startedAt})`;
	};
}

/** All in one piece that can be handed to another thread. */
async function gather(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
	const parts: Uint8Array[] = [];
	for await (const chunk of chunks) parts.push(chunk);
	const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
	let at = 0;
	for (const part of parts) {
		bytes.set(part, at);
		at += part.length;
	}
	return bytes;
}
