import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { NO_THREAD, ProfileBuilder } from "../builder.ts";
import { pprofChunks } from "./pprof.ts";

const hasGo = spawnSync("go", ["version"]).status === 0;

test("go tool pprof reads the file", { skip: hasGo ? false : "go is not installed" }, () => {
	const valueTypes = [
		{ type: "samples", unit: "count" },
		{ type: "cpu", unit: "nanoseconds" },
	];
	const builder = new ProfileBuilder({ valueTypes, keepTimes: true });
	const frame = (name: string, module: string) =>
		builder.frame({ name, module, kind: "user", file: "", line: 3 });
	const stack = builder.stack([
		frame("shop", ""),
		frame("main", "/opt/shop"),
		frame("read<script>", "/usr/lib/libc.so"),
	]);
	const thread = builder.thread({ pid: 7, tid: 8, name: "worker" });
	for (let time = 0; time < 3; time++) builder.add(stack, thread, [1, 10_000_000], time * 1e7);
	builder.add(0, NO_THREAD, [1, 10_000_000]);
	const profile = builder.snapshot({
		startedAt: "2026-01-02T03:04:05.678Z",
		durationNanoseconds: 2_000_000_000n,
		comments: ["a fact"],
	});

	const folder = mkdtempSync(join(tmpdir(), "pprof-"));
	try {
		const file = join(folder, "profile.pb.gz");
		writeFileSync(file, gzipSync(Buffer.concat([...pprofChunks(profile)])));
		const pprof = (...args: string[]): string =>
			execFileSync("go", ["tool", "pprof", ...args, file], { encoding: "utf8" });
		const top = pprof("-top");
		assert.match(top, /^File: shop$/m);
		assert.match(top, /Type: samples/);
		assert.match(top, /Duration: 2s, Total samples = 4\b/);
		assert.match(top, /^ +3 75.00% .* read/m);
		assert.match(pprof("-sample_index=cpu", "-top"), /Total samples = 40ms/);
		const raw = pprof("-raw");
		assert.match(raw, /thread:\[worker\]/);
		assert.match(raw, /pid:\[7\].*tid:\[8\]/);
		assert.match(raw, /\/usr\/lib\/libc.so/);
		assert.match(raw, /a fact/);
	} finally {
		rmSync(folder, { recursive: true });
	}
});
