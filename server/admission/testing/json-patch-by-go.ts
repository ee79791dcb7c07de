import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";

const PROGRAM = join(import.meta.dirname, "json-patch-by-go");

export interface JsonPatchCase {
	document: unknown;
	patch: unknown;
	expected: unknown;
}

/** @returns what the API servers' library makes of the patches that differs from what is expected; a text: why it cannot be asked here */
export async function withGo(cases: readonly JsonPatchCase[]): Promise<string[] | string> {
	const go = spawn("go", ["run", "."], { cwd: PROGRAM, env: { ...process.env, GOFLAGS: "-mod=readonly" } });
	const failed = once(go, "error").then(([error]) => String(error));
	const output = Promise.all([text(go.stdout), text(go.stderr), once(go, "close")]);
	go.stdin.on("error", () => {});
	go.stdin.end(JSON.stringify(cases));
	const result = await Promise.race([failed, output]);
	if (typeof result === "string") return `Go cannot be run: ${result}`;
	const [stdout, stderr, [code]] = result;
	return code === 0 ? (JSON.parse(stdout) as string[]) : `the Go program did not run: ${stderr.slice(-300)}`;
}
