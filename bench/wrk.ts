import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

export async function hasWrk(): Promise<boolean> {
	// without arguments it prints its usage and fails
	return run("wrk").then(
		() => true,
		(error: NodeJS.ErrnoException) => error.code !== "ENOENT",
	);
}

export interface WrkFigures {
	/** requests a second */
	readonly throughput: number;
	/** milliseconds */
	readonly p99: number;
}

/**
 * @param options.script path of a Lua script
 * @throws Error where a request failed
 */
export async function loadWithWrk(
	url: string,
	{ connections, seconds, script }: { connections: number; seconds: number; script?: string },
): Promise<WrkFigures> {
	const options = ["-t1", `-c${connections}`, `-d${seconds}s`, "--latency"];
	const { stdout } = await run("wrk", [...options, ...(script === undefined ? [] : ["-s", script]), url]);
	const throughput = /Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1];
	const [, p99, unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(stdout) ?? [];
	if (throughput === undefined || p99 === undefined || /Non-2xx|Socket errors/.test(stdout)) {
		throw new Error(`wrk did not get through:\n${stdout}`);
	}
	const scale = unit === "us" ? 0.001 : unit === "s" ? 1000 : 1;
	return { throughput: Number(throughput), p99: Number(p99) * scale };
}
