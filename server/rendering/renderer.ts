import { totalmem } from "node:os";
import { Worker } from "node:worker_threads";
import type { DiffFormat } from "../../contract/formats.ts";
import { ProblemError } from "../../contract/problem.ts";
import type { ProfileFormat } from "../../profile/write/formats.ts";
import { createLimiter } from "../limiter.ts";
import type { ComparedProfile, ProfileSource, Task, TaskAnswer } from "./task.ts";
import { createThreads } from "./threads.ts";
import { readViewer } from "./viewer.ts";

/** Work on profiles, in threads apart: a hostile or huge one can neither block nor fell the server. */
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
	/**
	 * Compares two profiles of gzipped pprof.
	 * @throws ProblemError `not-comparable` (nothing in common, unreadable, or too much for two at a time), `timed-out`
	 */
	diff(base: ComparedProfile, comparison: ComparedProfile, format: DiffFormat): Promise<Uint8Array>;
}

export interface RendererOptions {
	/** where viewer.js and viewer.css stand */
	webRoot: string;
	/** tasks at a time */
	concurrency?: number;
	deadlineMs?: number;
	/** of an uncompressed profile */
	maxBytes?: number;
	/** see ProfileLimits */
	maxEntries?: number;
}

const DEADLINE_MS = 120_000;
/** Of all the memory there is, for all tasks at a time: an upload of a megabyte can unpack to a thousand. */
const SHARE_OF_MEMORY = 0.75;
/** Where there is plenty. */
const MOST = { maxBytes: 2 ** 30, heapMebibytes: 1536 };
/** A thread whose heap is full does not always end alone: it may take the server with it. So it must not get there. */
const ENTRIES_PER_MEBIBYTE = 1024;

export function createRenderer(options: RendererOptions): Renderer {
	const { webRoot, concurrency = 2, deadlineMs = DEADLINE_MS } = options;
	const budget = taskBudget(memoryBytes(), concurrency);
	const { maxBytes = budget.maxBytes, maxEntries = budget.maxEntries } = options;
	const most = { maxBytes, maxEntries };
	// the two and the tree of both are in memory at the same time
	const perSide = { maxBytes: Math.floor(maxBytes / 2), maxEntries: Math.floor(maxEntries / 3) };
	const limit = createLimiter(concurrency);
	const runInThread = createThreads(() => startWorker(budget.heapMebibytes), deadlineMs);
	const run = (task: Task): Promise<TaskAnswer> => limit(() => runInThread(task));
	return {
		async inspect(source) {
			const answer = await run({ kind: "inspect", source, ...most });
			if (answer.kind === "comments") return answer.comments;
			throw problemOf(answer, "upload-invalid");
		},
		async render(source, { format, title }) {
			const viewer = format === "html" ? await readViewer(webRoot) : null;
			const answer = await run({ kind: "render", source, ...most, format, title, viewer });
			if (answer.kind === "bytes") return answer.bytes;
			throw problemOf(answer, "bad-agent-response");
		},
		async diff(base, comparison, format) {
			const answer = await run({ kind: "diff", base, comparison, format, ...perSide });
			if (answer.kind === "bytes") return answer.bytes;
			throw problemOf(answer, "not-comparable");
		},
	};
}

type Unreadable = "upload-invalid" | "bad-agent-response" | "not-comparable";

function problemOf(answer: TaskAnswer, unreadable: Unreadable): ProblemError {
	if (answer.kind === "unreadable") return new ProblemError(unreadable, answer.reason);
	return new ProblemError("internal", undefined, { cause: answer });
}

/**
 * What one task may take, so that no profile can end a server with so little memory. A third is for the uncompressed
 * profile, which lies in memory twice while it is unpacked; the rest for its frames and tables. Columns lie outside of that.
 * @param memory bytes
 */
export function taskBudget(memory: number, concurrency: number) {
	const bytes = (SHARE_OF_MEMORY * memory) / concurrency;
	const heapMebibytes = Math.floor(Math.min(MOST.heapMebibytes, (bytes * 2) / 3 / 2 ** 20));
	return {
		maxBytes: Math.floor(Math.min(MOST.maxBytes, bytes / 6)),
		heapMebibytes,
		maxEntries: ENTRIES_PER_MEBIBYTE * heapMebibytes,
	};
}

/** Of the machine, or what the container may take of it. */
function memoryBytes(): number {
	const allowed = process.constrainedMemory();
	return allowed > 0 ? Math.min(allowed, totalmem()) : totalmem();
}

/** It performs one task after the other. */
function startWorker(heapMebibytes: number): Worker {
	return new Worker(new URL("./worker.ts", import.meta.url), {
		// no secrets of the server's environment are needed there
		env: {},
		resourceLimits: { maxOldGenerationSizeMb: heapMebibytes },
	});
}
