import { type ChildProcess, spawn } from "node:child_process";
import { cpuSecondsOf } from "../targets/process-info.ts";

/** An external program and how it is called. */
export interface Command {
	readonly file: string;
	readonly arguments: readonly string[];
	/** all of it: nothing is inherited */
	readonly environment: Record<string, string>;
}

/** How a process ended. */
export interface Exit {
	readonly code: number | null;
	readonly signal: NodeJS.Signals | null;
}

/** A running tool. */
export interface ToolProcess {
	readonly child: ChildProcess;
	/** never rejects; a tool that could not be started has exit code 127 */
	readonly exit: Promise<Exit>;
	running(): boolean;
	signal(signal: NodeJS.Signals): void;
	/** CPU time so far, the last figure seen once it has ended */
	cpuSeconds(): Promise<number>;
}

/**
 * Starts a tool in a session of its own, so that a Ctrl-C meant for the agent does not reach it: the agent ends it in order.
 * @param descriptors how many pipes it gets, standard ones included
 */
export function startTool(command: Command, descriptors: number): ToolProcess {
	const child = spawn(command.file, command.arguments, {
		env: command.environment,
		detached: true,
		stdio: Array.from({ length: descriptors }, () => "pipe" as const),
	});
	// A tool that is gone closes its pipes; that it is gone is told by its exit.
	for (const stream of child.stdio) stream?.on("error", () => undefined);
	let ended = false;
	let cpuSeconds = 0;
	const exit = new Promise<Exit>((resolve) => {
		child.once("error", () => resolve({ code: 127, signal: null }));
		child.once("exit", (code, signal) => resolve({ code, signal }));
	}).then((result) => {
		ended = true;
		return result;
	});
	return {
		child,
		exit,
		running: () => !ended && child.pid !== undefined,
		signal(signal) {
			if (!ended && child.pid !== undefined) child.kill(signal);
		},
		async cpuSeconds() {
			const now = ended || child.pid === undefined ? undefined : await cpuSecondsOf(child.pid);
			// once it has ended another process may have its PID
			if (now !== undefined && !ended) cpuSeconds = Math.max(cpuSeconds, now);
			return cpuSeconds;
		},
	};
}
