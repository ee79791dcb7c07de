import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);
const PACKAGE = "@firefox-devtools/profiler-cli";
const READY_MILLISECONDS = 120_000;

const program = programPath();
/** For `test(..., {skip})`. */
export const noFirefoxProfiler = program === undefined ? `${PACKAGE} is not installed` : false;

/** A function as the Firefox Profiler counts it, in one thread. */
export interface CountedFunction {
	readonly name: string;
	readonly self: number;
	readonly total: number;
}

export interface LoadedProfile {
	/** name by handle, such as `t-0` */
	readonly threads: readonly { readonly handle: string; readonly name: string; readonly pid: string }[];
	functions(handle: string): Promise<CountedFunction[]>;
}

/**
 * Loads a file with the Firefox Profiler's own code (its checks, its upgraders, its counting) and asks what it sees.
 * @throws what it says of a file that it refuses
 */
export async function inFirefoxProfiler<T>(
	path: string,
	use: (profile: LoadedProfile) => Promise<T>,
): Promise<T> {
	// a socket's path may not be long
	const environment = { ...process.env, PROFILER_CLI_SESSION_DIR: dirname(path) };
	const ask = async (...words: string[]): Promise<unknown> => {
		const { stdout } = await run(process.execPath, [program ?? "", ...words, "--session", "s", "--json"], {
			env: environment,
			maxBuffer: 2 ** 26,
		});
		return JSON.parse(stdout);
	};
	const service = spawn(process.execPath, [program ?? "", "--daemon", path, "--session", "s"], {
		env: environment,
		stdio: ["ignore", "pipe", "pipe"],
	});
	let said = "";
	for (const stream of [service.stdout, service.stderr]) {
		stream.setEncoding("utf8").on("data", (text: string) => {
			said += text;
		});
	}
	const ended = once(service, "exit");
	try {
		const threads = await untilReady(async () => {
			if (service.exitCode !== null) throw new Error(`It refused ${path}: ${said}`);
			return (await ask("thread", "list", "--limit", "0")) as { threads: ThreadEntry[] };
		});
		return await use({
			threads: threads.threads.map(({ threadHandle, name, pid }) => ({ handle: threadHandle, name, pid })),
			functions: async (handle) => {
				const words = ["thread", "functions", "--thread", handle, "--limit", "0", "--include-idle"];
				return functionsOf((await ask(...words)) as { functions: FunctionEntry[] });
			},
		});
	} finally {
		service.kill();
		await ended;
	}
}

interface ThreadEntry {
	readonly threadHandle: string;
	readonly name: string;
	readonly pid: string;
}

interface FunctionEntry {
	readonly nameWithLibrary: string;
	readonly selfSamples: number;
	readonly totalSamples: number;
}

function functionsOf({ functions }: { functions: FunctionEntry[] }): CountedFunction[] {
	return functions.map(({ nameWithLibrary, selfSamples, totalSamples }) => ({
		name: nameWithLibrary,
		self: selfSamples,
		total: totalSamples,
	}));
}

async function untilReady<T>(ask: () => Promise<T>): Promise<T> {
	for (const start = Date.now(); ; ) {
		try {
			return await ask();
		} catch (error) {
			const { stderr = "" } = error as { stderr?: string };
			const isLate = Date.now() - start > READY_MILLISECONDS;
			if (isLate || stderr === "" || stderr.includes("load failed")) throw error;
		}
		await wait(100);
	}
}

function programPath(): string | undefined {
	try {
		const manifest = createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`);
		const path = join(dirname(manifest), "dist/profiler-cli.js");
		return existsSync(path) ? path : undefined;
	} catch {
		return undefined;
	}
}
