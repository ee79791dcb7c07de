import type { Worker } from "node:worker_threads";
import { ProblemError } from "../../contract/problem.ts";
import type { Task, TaskAnswer } from "./task.ts";

/**
 * Starting a thread takes some hundred times longer than most tasks, and a minute where a busy target leaves us hardly
 * any processor: so one that is done waits this long for the next.
 */
const IDLE_MS = 10 * 60_000;
/** Whatever may gather in a thread goes with it. */
const MOST_TASKS = 100;

/** Performs one task in a thread. */
export type RunTask = (task: Task) => Promise<TaskAnswer>;

interface IdleThread {
	readonly worker: Worker;
	readonly tasks: number;
	readonly timer: NodeJS.Timeout;
}

/**
 * Threads with one task at a time each; as many as are called for at once. A thread that failed or took too long is
 * ended, and the next task gets a new one.
 * @throws ProblemError `timed-out`, `too-large` (out of memory), `internal`
 */
export function createThreads(startWorker: () => Worker, deadlineMs: number): RunTask {
	const idle: IdleThread[] = [];

	const take = (): { worker: Worker; tasks: number } => {
		const waiting = idle.pop();
		if (waiting === undefined) return { worker: started(startWorker), tasks: 0 };
		clearTimeout(waiting.timer);
		waiting.worker.removeAllListeners("exit");
		return waiting;
	};
	const giveBack = (worker: Worker, tasks: number): void => {
		if (tasks >= MOST_TASKS) return void worker.terminate();
		const timer = setTimeout(() => void worker.terminate(), IDLE_MS);
		timer.unref();
		idle.push({ worker, tasks, timer });
		worker.once("exit", () => {
			clearTimeout(timer);
			const place = idle.findIndex((thread) => thread.worker === worker);
			if (place >= 0) idle.splice(place, 1);
		});
	};
	return async (task) => {
		const { worker, tasks } = take();
		const answer = await perform(worker, task, deadlineMs);
		giveBack(worker, tasks + 1);
		return answer;
	};
}

function started(startWorker: () => Worker): Worker {
	const worker = startWorker();
	// a server that has closed does not wait for it
	worker.unref();
	// told to the task, where there is one; without a listener it would end the server
	worker.on("error", () => {});
	return worker;
}

function perform(worker: Worker, task: Task, deadlineMs: number): Promise<TaskAnswer> {
	return new Promise((resolve, reject) => {
		const timer = setTimeout(() => {
			settle(() => reject(new ProblemError("timed-out", "Reading the profile took too long.")));
			void worker.terminate();
		}, deadlineMs);
		const settle = (how: () => void): void => {
			clearTimeout(timer);
			worker.off("message", answered).off("error", failed).off("exit", ended);
			how();
		};
		const answered = (answer: TaskAnswer): void => settle(() => resolve(answer));
		const failed = (cause: Error): void => settle(() => reject(threadProblem(cause)));
		const ended = (): void => failed(new Error("the thread ended without an answer"));
		worker.on("message", answered).on("error", failed).on("exit", ended);
		worker.postMessage(task);
	});
}

function threadProblem(cause: Error & { code?: string }): ProblemError {
	if (cause.code === "ERR_WORKER_OUT_OF_MEMORY") {
		const detail = "The profile does not fit into the memory set aside for it.";
		return new ProblemError("too-large", detail, { cause });
	}
	return new ProblemError("internal", undefined, { cause });
}
