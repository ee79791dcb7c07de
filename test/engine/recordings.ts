import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { run } from "./samples.ts";

/** A folder for one test file, removed when its process ends. */
export function temporaryFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), "furnace-test-engine-"));
	process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

export const FREQUENCY = 997;

/** Records what is told by `what` (a command behind `--`, `-p PID`, `-a`) into a file. */
export async function record(file: string, what: readonly string[]): Promise<string> {
	const options = ["--quiet", "--no-buildid-cache", "--freq", String(FREQUENCY), "--call-graph", "fp"];
	await run("perf", ["record", ...options, "--event", "cpu-clock", "--output", file, ...what]);
	return file;
}

/** As the agent does: perf's stream, which has no index and no features at its end. */
export async function recordStream(file: string, what: readonly string[]): Promise<string> {
	const options = [
		"--quiet",
		"--no-buildid",
		"--no-buildid-cache",
		"--freq",
		String(FREQUENCY),
		"--call-graph",
		"fp",
	];
	const script = 'out="$1"; shift; exec perf record --event cpu-clock --output - "$@" >"$out"';
	const child = spawn("sh", ["-c", script, "sh", file, ...options, ...what], { stdio: "ignore" });
	await once(child, "exit");
	return file;
}

/** Hundredths of a second of CPU time: as many samples on an idle machine as on a busy one. */
const BUSY_TICKS = 50;
const WHILE_BUSY = `
	ticks() { cut -d " " -f 14 "/proc/$1/stat"; }
	end=$(($(ticks "$1") + ${BUSY_TICKS}))
	while [ "$(ticks "$1")" -lt "$end" ]; do sleep 0.05; done`;

/** What to record: a process until it has been busy for a while. */
export function whileBusy(pid: number): string[] {
	return ["-p", String(pid), "--", "sh", "-c", WHILE_BUSY, "sh", String(pid)];
}

/** A program of JavaScript that is busy for half a second of CPU time. */
export const BUSY_SCRIPT =
	"while (process.cpuUsage().user < 5e5) for (let i = 0; i < 1e4; i++) JSON.stringify([Math.random(), {}]);";

export function isInstalled(command: string): boolean {
	return (process.env.PATH ?? "").split(delimiter).some((folder) => {
		try {
			accessSync(join(folder, command), constants.X_OK);
			return true;
		} catch {
			return false;
		}
	});
}
