#!/usr/bin/env node
import { failureText, OutputError } from "./failure.ts";
import { NAME, runProgram } from "./program.ts";
import { EXIT } from "./terminal.ts";

/** The command line: arguments, standard streams and signals. */
const { stdin, stdout, stderr } = process;
const stop = new AbortController();
// The second one ends at once, as ever.
for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => stop.abort(name));
/** Whoever read the output has enough (`| head`). */
stdout.on("error", (error: NodeJS.ErrnoException) => {
	if (error.code === "EPIPE") process.exit(EXIT.done);
	stderr.write(`${NAME}: ${failureText(new OutputError("standard output", error))}\n`);
	process.exit(EXIT.failure);
});
process.exitCode = await runProgram(process.argv.slice(2), { stdin, stdout, stderr, signal: stop.signal });
// an input that is still open, such as a terminal, keeps nobody waiting
stdin.destroy();
