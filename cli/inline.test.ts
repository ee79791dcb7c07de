import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { INLINED, startInlined } from "../test/targets/targets.ts";
import { run } from "./testing/run.ts";

const hasTools = ["perf", "g++"].every((tool) => {
	try {
		execFileSync(tool, ["--version"], { stdio: "ignore" });
		return true;
	} catch {
		return false;
	}
});

suite("--inline", { skip: !hasTools && "no perf or no g++ here" }, () => {
	const folder = mkdtempSync(join(tmpdir(), "inline-"));
	after(() => rmSync(folder, { recursive: true }));

	test("names functions that were inlined into others", async () => {
		const target = await startInlined();
		const file = join(folder, "perf.data");
		const what = ["-e", "cpu-clock", "-F", "499", "-g", "-o", file, "-p", String(target.pid)];
		try {
			execFileSync("perf", ["record", "-q", "--no-buildid-cache", ...what, "--", "sleep", "2"], {
				stdio: "ignore",
			});
		} finally {
			await target.stop();
		}
		const folded = async (...more: string[]) =>
			String((await run(["convert", file, "-f", "folded", ...more])).stdout);
		const plain = await folded();
		assert.match(plain, new RegExp(`;${INLINED.caller};${INLINED.into} \\d+$`, "m"));
		assert.doesNotMatch(plain, new RegExp(INLINED.name));
		const inline = await folded("--inline");
		assert.match(inline, new RegExp(`;${INLINED.caller};${INLINED.into};${INLINED.name} \\d+$`, "m"));
		assert.equal(totalOf(inline), totalOf(plain));
	});
});

function totalOf(folded: string): number {
	return folded
		.trim()
		.split("\n")
		.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
}
