/** `npm start`: sets up whatever is missing, then runs the embedded default on the pinned Node. */
import { fork } from "node:child_process";
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
 * The child is told by its channel when this process is gone, however it went; and this process sees by its parent's id
 * when npm is gone: nothing is left running after a kill -9 of either.
 */
function run() {
	const child = fork(join(root, "embedded/main.ts"), process.argv.slice(2), {
		execPath: node,
		execArgv: [],
		stdio: "inherit",
	});
	const parent = process.ppid;
	const watch = setInterval(() => process.ppid !== parent && child.kill("SIGTERM"), 500);
	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
	child.on("exit", (code, signal) => {
		clearInterval(watch);
		process.exitCode = code ?? (signal === null ? 1 : 128);
		if (child.connected) child.disconnect();
	});
}
