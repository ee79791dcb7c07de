import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Client, createClient } from "../../contract/client.ts";
import { processesOf } from "./processes.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface Furnace {
	url: string;
	client: Client;
	/** the process that was started: npm, unless told otherwise */
	process: ChildProcess;
	stateDir: string;
	/** all that it printed so far */
	output(): string;
	/** Ctrl-C, then waits until the last of its processes has ended; a second call does nothing. */
	stop(): Promise<void>;
}

export interface StartOptions {
	args?: string[];
	env?: Record<string, string>;
	/** the same folder again: a restart */
	stateDir?: string;
	port?: number;
	/** instead of `npm start --`: another way to start it */
	command?: string[];
}

/** Starts the embedded default as a user does, on a port and a state folder of its own, and waits until it says it is ready. */
export async function startFurnace(options: StartOptions = {}): Promise<Furnace> {
	const port = options.port ?? (await freePort());
	const stateDir = options.stateDir ?? mkdtempSync(join(tmpdir(), "furnace-e2e-"));
	const [program, ...first] = options.command ?? ["npm", "start", "--silent", "--"];
	const args = [...first, "--port", String(port), "--admission-port", "0", ...(options.args ?? [])];
	const child = spawn(program as string, args, {
		cwd: root,
		// In the environment, so that every process of this Furnace can be told from all others.
		env: { ...process.env, FURNACE_STATE: stateDir, ...options.env },
		stdio: ["ignore", "pipe", "pipe"],
		// A group of its own, so that stop() can do what Ctrl-C does: signal the whole group.
		detached: true,
	});
	let output = "";
	child.stderr.on("data", (chunk) => {
		output += chunk;
	});
	const lines = createInterface({ input: child.stdout });
	const url = await new Promise<string>((resolve, reject) => {
		lines.on("line", (line) => {
			output += `${line}\n`;
			const match = /^Furnace is ready: (http:\S+)$/.exec(line);
			if (match?.[1] !== undefined) resolve(match[1]);
		});
		child.on("error", reject);
		child.on("exit", (code) =>
			reject(new Error(`Furnace ended with ${code} before it was ready:\n${output}`)),
		);
	});
	let ending: Promise<void> | undefined;
	const end = async () => {
		signalGroup(child, "SIGINT");
		await eventually("the end of all its processes", () => processesOf(stateDir).length === 0 || undefined);
		if (options.stateDir === undefined) rmSync(stateDir, { recursive: true, force: true });
	};
	return {
		url,
		client: createClient({ baseUrl: url }),
		process: child,
		stateDir,
		output: () => output,
		stop: async () => {
			ending ??= end();
			await ending;
		},
	};
}

/** What a terminal does on Ctrl-C: everybody in the group gets the signal. The group may be gone already. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
	try {
		process.kill(-(child.pid as number), signal);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
	}
}

export async function freePort(): Promise<number> {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as { port: number };
	server.close();
	await once(server, "close");
	return port;
}

/** Asks again until the answer is there; the test's own timeout is the only limit. */
export async function eventually<T>(
	what: string,
	ask: () => Promise<T | undefined> | T | undefined,
	seconds = 60,
): Promise<T> {
	const deadline = Date.now() + seconds * 1000;
	let last: unknown;
	while (Date.now() < deadline) {
		try {
			const answer = await ask();
			if (answer !== undefined && answer !== false) return answer;
		} catch (error) {
			last = error;
		}
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	throw new Error(`not seen within ${seconds} s: ${what}`, { cause: last });
}
