import { type ChildProcess, fork } from "node:child_process";
import type { Logger } from "pino";
import type { Instance } from "./instance.ts";

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
/** A child that ran this long is taken to be well: its next pause is the first one again. */
const WELL_AFTER_MS = 30_000;

export interface ChildOptions {
	name: string;
	/** path of the program */
	program: string;
	execArgv?: string[];
	/** its working folder */
	cwd: string;
	/** sent to it over its channel as soon as it runs: unlike the environment nobody else can read it */
	message?: Readonly<Record<string, unknown>>;
	/** how long it may take to end in an orderly way, in milliseconds */
	graceMs: number;
	instance: Instance;
	log: Logger;
}

export interface Child {
	readonly pid: number | undefined;
	/** Ends it for good: SIGTERM, then SIGKILL. */
	close(): Promise<void>;
}

/**
 * Runs a program of ours as a child process and starts it again when it ends by itself, as a kubelet does with a container.
 * It stands in a session of its own, so that Ctrl-C reaches it only through us, in the right order;
 * its channel tells it when we are gone, however we went.
 */
export function superviseChild(options: ChildOptions): Child {
	const { name, log, instance } = options;
	let child: ChildProcess | undefined;
	let timer: NodeJS.Timeout | undefined;
	let pause = FIRST_PAUSE_MS;
	let closing = false;

	const start = () => {
		const startedAt = Date.now();
		const started = fork(options.program, [], {
			execArgv: options.execArgv ?? [],
			cwd: options.cwd,
			detached: true,
			stdio: ["ignore", "inherit", "inherit", "ipc"],
		});
		child = started;
		if (started.pid !== undefined) instance.addChild(started.pid);
		if (options.message !== undefined) started.send(options.message);
		started.on("error", (error) => log.error({ err: error }, `${name} cannot be started`));
		started.on("exit", (code, signal) => {
			if (started.pid !== undefined) instance.removeChild(started.pid);
			child = undefined;
			if (closing) return;
			log.warn({ code, signal, pauseMs: pause }, `${name} ended (${signal ?? code}); starting it again`);
			if (Date.now() - startedAt > WELL_AFTER_MS) pause = FIRST_PAUSE_MS;
			timer = setTimeout(start, pause);
			pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
		});
	};
	start();

	return {
		get pid() {
			return child?.pid;
		},
		async close() {
			closing = true;
			clearTimeout(timer);
			const ending = child;
			if (ending === undefined) return;
			await endChild(ending, options.graceMs);
		},
	};
}

function endChild(child: ChildProcess, graceMs: number): Promise<void> {
	return new Promise((resolve) => {
		const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
		child.once("exit", () => {
			clearTimeout(timer);
			resolve();
		});
		child.kill("SIGTERM");
	});
}
