import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProfilerSupport, Target } from "../../contract/target.ts";
import { chooseProfiler } from "./support.ts";

function target(...profilers: ProfilerSupport[]): Target {
	return { name: "x", kind: "process", pid: 1, command: "x", runtime: "native", threads: 1, profilers };
}

const works: ProfilerSupport = { profiler: "perf", available: true };
const hinted: ProfilerSupport = { ...works, hint: "names are missing", fix: "node --perf-basic-prof" };
const refused: ProfilerSupport = { profiler: "perf", available: false, reason: "not installed" };

test("the first profiler that works on all targets is taken, with whatever hint one of them has", () => {
	assert.deepEqual(chooseProfiler([target(works), target(hinted)]), { profiler: "perf", support: hinted });
});

test("one that fails on any target is said, with its reason", () => {
	assert.deepEqual(chooseProfiler([target(works), target(refused)]), { profiler: "perf", support: refused });
	assert.deepEqual(chooseProfiler([]), { profiler: "perf" });
});
