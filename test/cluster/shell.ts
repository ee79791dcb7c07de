import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { run } from "./commands.ts";
import { readConfig } from "./config.ts";
import { EXIT } from "./outcomes.ts";
import { describeTraces, findTraces } from "./traces.ts";

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));
const COMMAND_MS = 300_000;
const BUILD_MS = 1_800_000;

/** The cluster as its user has it: `main.ts`, and kubectl with what `env` says. */
export interface Shell {
	environment: NodeJS.ProcessEnv;
	/** @throws Error with what it said when it fails. @returns its standard output */
	cluster(...args: string[]): Promise<string>;
	exitCodeOf(...args: string[]): Promise<number>;
	/** @param object goes to its standard input */
	kubectl(args: string[], object?: object): Promise<string>;
	/** @returns a shell that has evaluated `env` */
	withEnvironment(): Promise<Shell>;
}

export function openShell(environment: NodeJS.ProcessEnv = process.env): Shell {
	const cluster = (...args: string[]) =>
		run(process.execPath, [MAIN, ...args], { env: environment, timeoutMs: COMMAND_MS });
	return {
		environment,
		cluster,
		exitCodeOf: (...args) => exitCode(args, environment),
		kubectl: (args, object) =>
			run("kubectl", args, {
				env: environment,
				timeoutMs: COMMAND_MS,
				...(object === undefined ? {} : { input: JSON.stringify(object) }),
			}),
		withEnvironment: async () =>
			openShell({ ...environment, ...evaluate(await cluster("env"), environment) }),
	};
}

/** The cluster, brought up where it is not. */
export async function openCluster(): Promise<Shell> {
	await openShell().cluster("up");
	return openShell().withEnvironment();
}

/** @returns why the tests of the whole cluster are not run; false: they are */
export async function whySkipped(): Promise<string | false> {
	if (process.env.FURNACE_TEST_CLUSTER !== "1")
		return "set FURNACE_TEST_CLUSTER=1: it builds and runs Kubernetes";
	if (readConfig(process.env).givenKubeconfig !== undefined)
		return "FURNACE_TEST_KUBECONFIG names another cluster";
	const built = promisify(execFile)(process.execPath, [MAIN, "build"], { timeout: BUILD_MS });
	return built.then(
		() => false,
		({ code, stderr }) => {
			if (code === EXIT.cannotRun) return String(stderr).trim();
			throw new Error(`the cluster could not be built:\n${stderr}`);
		},
	);
}

/** What of a machine a cluster could leave changed, apart from what `status` looks for. */
export async function pictureOfMachine(): Promise<object> {
	return {
		traces: describeTraces(await findTraces(readConfig(process.env))),
		mounts: readFileSync("/proc/self/mounts", "utf8").split("\n").sort(),
		interfaces: networkInterfaces(),
		links: (await run("ip", ["-o", "link", "show"])).split("\n").map((line) => line.split(":")[1]),
		rules: [await rulesOf("iptables"), await rulesOf("ip6tables")],
		forwarding: readFileSync("/proc/sys/net/ipv4/ip_forward", "utf8"),
	};
}

/** @returns rules and chains of users; tables that came into being by being looked at are nobody's trace */
async function rulesOf(family: "iptables" | "ip6tables"): Promise<string[]> {
	const lines = (await run(`${family}-save`, [])).split("\n");
	return lines
		.filter((line) => line.startsWith("-") || / - \[/.test(line))
		.map((line) => line.replace(/\[.*/, ""));
}

async function exitCode(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
	const ended = promisify(execFile)(process.execPath, [MAIN, ...args], { env, timeout: COMMAND_MS });
	return ended.then(
		() => 0,
		({ code }) => code,
	);
}

/** @returns what `export NAME=VALUE` lines set, as a shell reads them */
function evaluate(lines: string, environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	const set = [...lines.matchAll(/^export (\w+)='([^']*)'(.*)$/gm)];
	return Object.fromEntries(
		set.map(([, name, value, rest]) => [name, `${value}${rest?.replace('"$PATH"', environment.PATH ?? "")}`]),
	);
}
