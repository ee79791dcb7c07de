import { spawn } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isRunning, type ProcessId, processId } from "../../embedded/process-id.ts";
import { toolPath } from "./commands.ts";
import { CGROUP } from "./config.ts";
import { ClusterError } from "./outcomes.ts";
import { sleep } from "./waiting.ts";

/** In the environment of every process that the cluster starts; what it starts in turn (containerd's shims) inherits it. */
const MARK = "FURNACE_TEST_CLUSTER_PROCESS";
/** The kernel keeps so many characters of a command. */
const COMM_LENGTH = 15;

/** A process of the cluster's: proven by its environment or its control group, never by its number or command line alone. */
export interface OwnProcess extends ProcessId {
	/** its name in the cluster (`kubelet`), or `container` */
	name: string;
}

/** What /proc/PID says, each by the name of its file. */
export interface ProcessTexts {
	environ: string;
	cgroup: string;
	comm: string;
}

/**
 * Starts a program that outlives us, in a session of its own, its output in a log file.
 * The mark goes with it from its first moment: there is no note that a crash could tear or that could grow stale.
 */
export function startProcess(name: string, command: string[], logDir: string, cwd: string): ProcessId {
	const [program, ...args] = command;
	const log = openSync(join(logDir, `${name}.log`), "a");
	try {
		const child = spawn(program as string, args, {
			cwd,
			detached: true,
			stdio: ["ignore", log, log],
			env: { PATH: toolPath(), HOME: process.env.HOME, [MARK]: name },
		});
		child.on("error", () => {});
		child.unref();
		const id = child.pid === undefined ? undefined : processId(child.pid);
		if (id === undefined) throw new ClusterError(`${name} could not be started: ${program}; see ${logDir}`);
		return id;
	} finally {
		closeSync(log);
	}
}

/** @returns the cluster's name for a process, judged by texts of /proc/PID; undefined: none of ours */
export function ownName({ environ, cgroup, comm }: ProcessTexts): string | undefined {
	const prefix = `${MARK}=`;
	const mark = environ
		.split("\0")
		.find((entry) => entry.startsWith(prefix))
		?.slice(prefix.length);
	// One that only inherited the mark, as a shim from containerd, goes by its command.
	if (mark !== undefined) return comm.trim() === mark.slice(0, COMM_LENGTH) ? mark : comm.trim();
	const inContainer = cgroup.split("\n").some((line) => line.split(":")[2]?.startsWith(`/${CGROUP}/`));
	return inContainer ? "container" : undefined;
}

/** @returns all processes of the cluster, whoever started them and whenever */
export function ownProcesses(): OwnProcess[] {
	return readdirSync("/proc")
		.filter((entry) => /^\d+$/.test(entry))
		.map(Number)
		.flatMap((pid) => {
			// The start time is read first: should the number change hands in between, no signal will reach the new holder.
			const id = processId(pid);
			if (id === undefined) return [];
			const name = ownName({
				environ: read(pid, "environ"),
				cgroup: read(pid, "cgroup"),
				comm: read(pid, "comm"),
			});
			return name === undefined ? [] : [{ ...id, name }];
		});
}

/**
 * Kills all processes of the cluster, in rounds until none is left: the first round may have missed one just being born.
 * Their state is thrown away afterwards, so none is asked to end in an orderly way.
 */
export async function killOwnProcesses(timeoutMs = 20_000): Promise<void> {
	const deadline = performance.now() + timeoutMs;
	for (let left = ownProcesses(); left.length > 0; left = ownProcesses()) {
		for (const id of left) kill(id);
		if (performance.now() > deadline) {
			const names = left.map(({ name, pid }) => `${name} (${pid})`).join(", ");
			throw new ClusterError(`these processes cannot be ended: ${names}`);
		}
		await sleep(50);
	}
}

function kill(id: ProcessId): void {
	if (!isRunning(id)) return;
	try {
		process.kill(id.pid, "SIGKILL");
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
	}
}

function read(pid: number, file: keyof ProcessTexts): string {
	try {
		return readFileSync(`/proc/${pid}/${file}`, "utf8");
	} catch {
		// Gone meanwhile, or a kernel thread.
		return "";
	}
}
