/** `npm start`: sets up whatever is missing, then runs the embedded default on the pinned Node. */
import { fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
	answers,
	ensureCommands,
	ensurePackages,
	ensurePage,
	exclusively,
	explain,
	node,
	root,
} from "./steps.mjs";

try {
	await exclusively(async () => {
		await ensurePackages();
		await ensurePage();
		const missing = answers("perf", "version") ? [] : await ensureCommands({ perf: "linux-perf" });
		for (const line of missing) {
			process.stderr.write(`\n  perf is missing, so nothing can be recorded yet. Run: ${line}\n\n`);
		}
	});
	run();
} catch (error) {
	explain(error);
}

/**
 * The child is told by its channel when this process is gone, however it went; and this process sees when npm is gone:
 * nothing is left running after a kill -9 of either.
 */
function run() {
	const program = join(root, "embedded/main.ts");
	const child = fork(program, process.argv.slice(2), { execPath: node, execArgv: [], stdio: "inherit" });
	const starters = startersOf(process.pid);
	const watch = setInterval(() => {
		if (startersOf(process.pid).join() !== starters.join()) child.kill("SIGTERM");
	}, 500);
	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
	child.on("exit", (code, signal) => {
		clearInterval(watch);
		process.exitCode = code ?? (signal === null ? 1 : 128);
	});
}

/** Parent and grandparent: npm, with or without a shell between. A process whose parent died gets another one. */
function startersOf(pid) {
	const parent = parentOf(pid);
	return [parent, parentOf(parent)];
}

function parentOf(pid) {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
		return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
	} catch {
		// Gone, or there is no /proc on this system.
		return 0;
	}
}
