import { Worker } from "node:worker_threads";
import { ProblemError } from "../../contract/problem.ts";
import type { ProfileFormat } from "../../profile/write/formats.ts";
import { createLimiter } from "./limiter.ts";
import type { ProfileSource, Task, TaskAnswer } from "./task.ts";
import { readViewer } from "./viewer.ts";

/** Work on profiles, each task in a thread of its own: a hostile or huge one can neither block nor fell the server. */
export interface Renderer {
	/**
	 * Checks that the bytes are gzipped pprof, every index in it included.
	 * @returns the comments it carries
	 * @throws ProblemError `upload-invalid`
	 */
	inspect(source: ProfileSource): Promise<string[]>;
	/**
	 * Makes any format but raw ones from gzipped pprof.
	 * @throws ProblemError `bad-agent-response` (it cannot be read), `page-not-built` (html), `timed-out`
	 */
	render(source: ProfileSource, options: { format: ProfileFormat; title: string }): Promise<Uint8Array>;
}

export interface RendererOptions {
	/** where viewer.js and viewer.css stand */
	webRoot: string;
	/** tasks at a time */
	concurrency?: number;
	deadlineMs?: number;
	/** of an uncompressed profile */
	maxBytes?: number;
}

const DEADLINE_MS = 120_000;
const MAX_BYTES = 1024 * 1024 * 1024;
/** A profile's frames and tables; columns lie outside of this. */
const HEAP_MEBIBYTES = 1536;

export function createRenderer(options: RendererOptions): Renderer {
	const { webRoot, concurrency = 2, deadlineMs = DEADLINE_MS, maxBytes = MAX_BYTES } = options;
	const limit = createLimiter(concurrency);
	const run = (task: Task): Promise<TaskAnswer> => limit(() => runInThread(task, deadlineMs));
	return {
		async inspect(source) {
			const answer = await run({ kind: "inspect", source, maxBytes });
			if (answer.kind === "comments") return answer.comments;
			throw problemOf(answer, "upload-invalid");
		},
		async render(source, { format, title }) {
			const viewer = format === "html" ? await readViewer(webRoot) : null;
			const answer = await run({ kind: "render", source, maxBytes, format, title, viewer });
			if (answer.kind === "bytes") return answer.bytes;
			throw problemOf(answer, "bad-agent-response");
		},
	};
}

function problemOf(answer: TaskAnswer, unreadable: "upload-invalid" | "bad-agent-response"): ProblemError {
	if (answer.kind === "unreadable") return new ProblemError(unreadable, answer.reason);
	return new ProblemError("internal", undefined, { cause: answer });
}

function runInThread(task: Task, deadlineMs: number): Promise<TaskAnswer> {
	return new Promise((resolve, reject) => {
		const worker = new Worker(new URL("./worker.ts", import.meta.url), {
			workerData: task,
			// no secrets of the server's environment are needed there
			env: {},
			resourceLimits: { maxOldGenerationSizeMb: HEAP_MEBIBYTES },
		});
		// a server that has closed does not wait for it
		worker.unref();
		const timer = setTimeout(() => {
			reject(new ProblemError("timed-out", "Reading the profile took too long."));
			void worker.terminate();
		}, deadlineMs);
		worker.once("message", resolve);
		worker.once("error", (cause) => reject(threadProblem(cause)));
		worker.once("exit", () => {
			clearTimeout(timer);
			reject(
				new ProblemError("internal", undefined, { cause: new Error("the thread ended without an answer") }),
			);
		});
	});
}

function threadProblem(cause: Error & { code?: string }): ProblemError {
	if (cause.code === "ERR_WORKER_OUT_OF_MEMORY") {
		return new ProblemError("too-large", "The profile does not fit into the memory set aside for it.", {
			cause,
		});
	}
	return new ProblemError("internal", undefined, { cause });
}
