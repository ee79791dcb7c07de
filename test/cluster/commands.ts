import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { ClusterError } from "./outcomes.ts";

const TAIL_LENGTH = 4000;
/** Where the tools of the administrator stand; not every root has them on PATH. */
const ADMIN_FOLDERS = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/** The environment's PATH, the administrator's tools included. */
export const toolPath = (): string => [process.env.PATH ?? "", ...ADMIN_FOLDERS].join(delimiter);

export interface RunOptions {
	env?: NodeJS.ProcessEnv;
	cwd?: string;
	/** written to its standard input */
	input?: string;
	timeoutMs?: number;
	/** gets each chunk of standard error */
	onProgress?: (chunk: string) => void;
}

/** Runs a command to its end. @returns its standard output. @throws ClusterError with the end of its standard error */
export function run(command: string, args: string[], options: RunOptions = {}): Promise<string> {
	const child = spawn(command, args, {
		env: { ...(options.env ?? process.env), PATH: toolPath() },
		...(options.cwd === undefined ? {} : { cwd: options.cwd }),
		stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
		timeout: options.timeoutMs ?? 60_000,
		killSignal: "SIGKILL",
	});
	let output = "";
	child.stdout?.on("data", (chunk) => {
		output += chunk;
	});
	const ended = endOf(child, command, args, options.onProgress);
	// A command that ends without reading its input has its reason on stderr.
	child.stdin?.on("error", () => {});
	child.stdin?.end(options.input);
	return ended.then(() => output);
}

/** Runs `from | to`, as a shell would. */
export async function pipe(from: [string, ...string[]], to: [string, ...string[]]): Promise<void> {
	const [fromCommand, ...fromArgs] = from;
	const [toCommand, ...toArgs] = to;
	const options = {
		timeout: 300_000,
		killSignal: "SIGKILL",
		env: { ...process.env, PATH: toolPath() },
	} as const;
	const reader = spawn(toCommand, toArgs, { stdio: ["pipe", "ignore", "pipe"], ...options });
	const writer = spawn(fromCommand, fromArgs, { stdio: ["ignore", "pipe", "pipe"], ...options });
	reader.stdin.on("error", () => {});
	writer.stdout.pipe(reader.stdin);
	const results = await Promise.allSettled([
		endOf(writer, fromCommand, fromArgs),
		endOf(reader, toCommand, toArgs),
	]);
	for (const result of results) if (result.status === "rejected") throw result.reason;
}

/** @returns the path of a command in the folders of PATH, then in `more` */
export function findCommand(command: string, more: string[] = []): string | undefined {
	return [...toolPath().split(delimiter), ...more]
		.filter((folder) => folder !== "")
		.map((folder) => join(folder, command))
		.find(isExecutable);
}

function endOf(
	child: ChildProcess,
	command: string,
	args: string[],
	onProgress?: (chunk: string) => void,
): Promise<void> {
	return new Promise((resolve, reject) => {
		let tail = "";
		child.stderr?.on("data", (chunk) => {
			tail = (tail + chunk).slice(-TAIL_LENGTH);
			onProgress?.(String(chunk));
		});
		child.on("error", (cause) =>
			reject(new ClusterError(`${command} cannot be started: ${cause.message}`, { cause })),
		);
		child.on("close", (code, signal) => {
			if (code === 0) resolve();
			else
				reject(new ClusterError(`${command} ${args.join(" ")} ended with ${signal ?? code}\n${tail.trim()}`));
		});
	});
}

function isExecutable(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}
