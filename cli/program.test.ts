import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, suite, test } from "node:test";
import { run, start } from "./testing/run.ts";

const folder = mkdtempSync(join(tmpdir(), "program-"));
after(() => rmSync(folder, { recursive: true }));
const folded = (name: string, lines: string): string => {
	const path = join(folder, name);
	writeFileSync(path, lines);
	return path;
};

suite("top", () => {
	const path = folded("top.folded", "main;read 3\nmain 1\nmain;write;flush 5\n");

	test("the functions with the most weight, as many as wanted", async () => {
		const { stdout } = await run(["top", path, "-n", "2"]);
		assert.equal(
			stdout.toString(),
			`top.folded
Total: 9 samples, 4 functions, the first 2

    self   self%     total  total%  function  module
       5  55.56%         5  55.56%  flush
       3  33.33%         3  33.33%  read
`,
		);
		assert.equal((await run(["top", path, "-n", "x"])).code, 2);
	});

	test("as JSON, all of them", async () => {
		const { stdout } = await run(["top", path, "-n", "0", "--format", "json"]);
		const { unit, total, functions } = JSON.parse(stdout.toString());
		assert.deepEqual({ unit, total, count: functions.length }, { unit: "samples", total: 9, count: 4 });
		assert.deepEqual(functions[3], { name: "write", module: "", kind: "user", self: 0, total: 5 });
	});
});

suite("diff", () => {
	const base = folded("base.folded", "main;read 5\nmain;write 5\n");
	const comparison = folded("comparison.folded", "main;read 15\nmain;write 5\n");

	test("a table, and every other format", async () => {
		const table = (await run(["diff", base, comparison])).stdout.toString();
		assert.match(table, /^.*25\.00.* read$/m);
		for (const format of ["folded", "json", "svg", "html"]) {
			const { code, stdout } = await run(["diff", base, comparison, "-f", format]);
			assert.equal(code, 0);
			assert.match(stdout.toString(), /read/, format);
		}
		const output = join(folder, "change.folded");
		assert.equal((await run(["diff", base, comparison, "-o", output])).code, 0);
		assert.ok(readdirSync(folder).includes("change.folded"));
	});

	test("one of them from standard input, not both", async () => {
		const { stdout } = await run(["diff", base, "-", "-f", "folded"], {
			input: Buffer.from("main;read 1\n"),
		});
		assert.match(stdout.toString(), /^main;read 5 1$/m);
		const { code, stderr } = await run(["diff", "-", "-"]);
		assert.equal(code, 2);
		assert.match(stderr, /Only one/);
	});
});

suite("as a process", () => {
	test("help and version", async () => {
		const { code, stdout } = await run(["--help"]);
		assert.equal(code, 0);
		for (const word of ["convert", "top", "diff", "Exit codes"]) assert.ok(stdout.includes(word), word);
		assert.match((await run(["--version"])).stdout.toString(), /^\d+\.\d+\.\d+\n$/);
		assert.match((await run(["convert", "--help"])).stdout.toString(), /Examples:/);
	});

	test("a reader that has enough is no failure", async () => {
		const lines = Array.from({ length: 50_000 }, (_, index) => `main;a_function_${index} ${index + 1}\n`);
		const child = start(["convert", folded("many.folded", lines.join("")), "-f", "folded"]);
		const errors = text(child.stderr);
		await once(child.stdout, "data");
		child.stdout.destroy();
		const [code] = await once(child, "exit");
		assert.deepEqual({ code, errors: await errors }, { code: 0, errors: "" });
	});

	test("interrupted: it ends, and leaves nothing behind", async () => {
		const before = readdirSync(folder);
		const child = start(["convert", "-", "-f", "svg", "-o", join(folder, "never.svg"), "--progress"]);
		const errors = text(child.stderr);
		child.stdin.write("main;read 3\n");
		child.stdin.on("error", () => undefined);
		const poke = setInterval(() => child.stdin.write("main;read 3\n"), 100);
		await once(child.stderr, "data");
		child.kill("SIGINT");
		const [code] = await once(child, "exit");
		clearInterval(poke);
		assert.equal(code, 130);
		assert.doesNotMatch(await errors, /kubectl-furnace/);
		assert.deepEqual(readdirSync(folder), before);
	});
});

const missing = ["perf", "gcc"].find((tool) => spawnSync(tool, ["--version"]).status !== 0);

test("perf.data: names of this machine's files", {
	skip: missing && `${missing} is not installed`,
}, async () => {
	const source = join(folder, "busy.c");
	writeFileSync(
		source,
		"volatile long n; __attribute__((noinline)) void count_up(void) { for (long i = 0; i < 300000000; i++) n++; } int main(void) { count_up(); return 0; }",
	);
	const program = join(folder, "busy");
	execFileSync("gcc", ["-O1", "-fno-omit-frame-pointer", "-o", program, source]);
	const data = join(folder, "busy.data");
	execFileSync("perf", ["record", "-q", "-e", "cpu-clock", "-F", "499", "-g", "-o", data, program]);
	const { stdout, stderr } = await run(["top", data]);
	assert.equal(stderr, "");
	assert.match(stdout.toString(), new RegExp(`count_up {2}${program}$`, "m"));
	const piped = execFileSync("perf", [
		"record",
		"-q",
		"-e",
		"cpu-clock",
		"-F",
		"499",
		"-g",
		"-o",
		"-",
		program,
	]);
	const lines = (await run(["convert", "-", "-f", "folded"], { input: piped })).stdout.toString();
	assert.match(lines, /^busy;.*main;count_up \d+$/m);
});
