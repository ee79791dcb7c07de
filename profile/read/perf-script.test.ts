import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { ProfileBuilder } from "../builder.ts";
import { callTreeOf } from "../call-tree.ts";
import type { Profile } from "../model.ts";
import { topFunctions } from "../top.ts";
import { parsePerfFrame } from "./perf-frame.ts";
import { PerfScriptReader, perfValueTypes } from "./perf-script.ts";

/** Output of perf 6.1 with PERF_SCRIPT_ARGUMENTS; see fixtures/README.md for the programs. */
const fixture = (name: string): Uint8Array => readFileSync(new URL(`fixtures/${name}.txt`, import.meta.url));

function read(
	chunks: Iterable<Uint8Array>,
	processFrames = true,
): { reader: PerfScriptReader; profile: Profile } {
	const builder = new ProfileBuilder({ valueTypes: perfValueTypes("cpu-clock"), keepTimes: true });
	const reader = new PerfScriptReader({ builder, processFrames });
	for (const chunk of chunks) reader.push(chunk);
	reader.end();
	return { reader, profile: builder.snapshot() };
}

const text = (lines: string): Uint8Array[] => [new TextEncoder().encode(lines)];

/** Names of each distinct stack, root first. */
function stacksOf(profile: Profile): string[][] {
	return Array.from(profile.samples.stack, (stack) => {
		const names: string[] = [];
		for (let at = stack; at > 0; at = profile.stacks.parent[at]) {
			names.push(profile.frames[profile.stacks.frame[at]].name);
		}
		return names.reverse();
	});
}

test("a C++ program with threads, a child, JIT code and system calls", () => {
	const { reader, profile } = read([fixture("native")]);
	const headers = Buffer.from(fixture("native"))
		.toString("latin1")
		.match(/cpu-clock: $/gm)?.length;
	assert.equal(reader.samples, headers);
	assert.equal(reader.skipped, 0);
	const tree = callTreeOf(profile);
	assert.equal(tree.total[0], headers);
	const top = new Map(topFunctions(tree).map((entry) => [entry.name, entry]));
	const byStart = (start: string) => [...top.values()].find(({ name }) => name.startsWith(start));
	assert.equal(byStart("<script>alert(1)</script>")?.kind, "jit");
	assert.equal(byStart("[jit]+0x7")?.kind, "unknown");
	assert.deepEqual([top.get("read_zero")?.module, top.get("read_zero")?.kind], ["[kernel]", "kernel"]);
	assert.equal(byStart("shop::Cart<std::__cxx11::basic_string<char,")?.module, "/opt/shop/shop (v1.2)");
	assert.equal(top.get("main")?.kind, "user");
	assert.ok([...top.keys()].every((name) => name !== "[unknown]+0x0"));
	assert.deepEqual(
		new Set(profile.threads.map(({ name }) => name)),
		new Set(["wo;rk (1) 2/3 [", "shop (v1.2)", "child"]),
	);
	assert.deepEqual(
		new Set(stacksOf(profile).map(([command]) => command)),
		new Set(["wo;rk (1) 2/3 [", "shop (v1.2)", "child"]),
	);
});

test("what cannot be an address ends a chain: frame pointers stop there", () => {
	const sample = (root: string) =>
		`busy 7/7 1.000000000: 10101010 cpu-clock:\n\t401000 work+0x10 (/srv/busy)\n\t${root} [unknown] ([unknown])\n\n`;
	const stacks = (root: string) => stacksOf(read(text(sample(root))).profile);
	assert.deepEqual(stacks("be552274c0854800"), [["busy", "work"]]);
	assert.deepEqual(stacks("0"), [["busy", "work"]]);
	assert.deepEqual(stacks("7ffc00001000"), [["busy", "[unknown]+0x7ffc00001000", "work"]]);
	assert.deepEqual(stacks("ffffffff81000000"), [["busy", "[kernel]+0xffffffff81000000", "work"]]);
});

test("weights are one a sample, and the period as CPU time", () => {
	const { profile } = read([fixture("native")]);
	const [samples, cpu] = profile.samples.values.map((column) =>
		column.reduce((sum, value) => sum + value, 0n),
	);
	assert.equal(cpu, samples * 10_101_010n);
	assert.deepEqual(perfValueTypes("cycles")[1], { type: "cycles", unit: "count" });
});

test("times begin at 0 and keep every nanosecond", () => {
	const { times } = read([fixture("native")]).profile;
	const header = /\s(\d+)\.(\d{9}): /g;
	const clock = [...Buffer.from(fixture("native")).toString("latin1").matchAll(header)].map(
		([, seconds, rest]) => BigInt(seconds + rest),
	);
	clock.sort((a, b) => (a < b ? -1 : 1));
	assert.deepEqual(
		Array.from(times?.nanoseconds ?? [], BigInt),
		clock.map((time) => time - clock[0]),
	);
});

test("without symbols a frame is the file and the offset in it", () => {
	const { profile } = read([fixture("stripped")]);
	const nameless = profile.frames.filter((frame) => frame.module === "/opt/shop/bare");
	assert.ok(nameless.length > 3);
	for (const frame of nameless) {
		assert.match(frame.name, /^bare\+0x[0-9a-f]{4}$/);
		assert.equal(frame.kind, "unknown");
	}
});

test("a deleted file keeps its path", () => {
	const { profile } = read([fixture("deleted")]);
	assert.ok(profile.frames.some((frame) => frame.name === "old+0x1139" && frame.module === "/opt/shop/old"));
});

test("a Node.js program: its functions by perf's map, the interpreter by its symbols", () => {
	const { profile, reader } = read([fixture("node")]);
	assert.equal(reader.skipped, 0);
	const own = profile.frames.filter((frame) => /priceOfAllTheThings/.test(frame.name));
	const file = "/opt/shop/node.js";
	const name = "priceOfAllTheThings";
	assert.deepEqual(
		own,
		[{ name, module: file, kind: "jit", file, line: 1 }],
		"one frame, however often compiled",
	);
	assert.ok(profile.frames.some((frame) => frame.name === "Builtins_JSEntry"));
});

test("lost samples are added up", () => {
	const { reader } = read([fixture("lost")]);
	assert.equal(reader.lost, 2 + 1 + 1 + 2 + 21 + 1 + 2 + 1 + 3 + 1 + 11_199);
	assert.equal(reader.samples + reader.skipped, 0);
});

test("where the chunks are cut makes no difference", () => {
	const bytes = fixture("native");
	const whole = read([bytes]).profile;
	fc.assert(
		fc.property(fc.array(fc.nat(bytes.length), { maxLength: 20 }), (cuts) => {
			const edges = [0, ...cuts.sort((a, b) => a - b), bytes.length];
			assert.deepEqual(
				read(edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge))).profile,
				whole,
			);
		}),
		{ numRuns: 15 },
	);
});

test("output that breaks off anywhere gives the samples before it, in the same stacks", () => {
	const bytes = fixture("native");
	const stacks = new Set(stacksOf(read([bytes]).profile).map((stack) => stack.join(";")));
	fc.assert(
		fc.property(fc.nat(bytes.length), (end) => {
			for (const stack of stacksOf(read([bytes.subarray(0, end)]).profile))
				assert.ok(stacks.has(stack.join(";")));
		}),
		{ numRuns: 60 },
	);
});

test("any bytes at all are read without a fault", () => {
	const fragment = fc.constantFrom(
		"a 1/2 3.5: 7 cpu-clock: \n",
		"\t 12 f+0x1 (/x)\n",
		"\n",
		"\t",
		"x (",
		": PERF_RECORD_LOST lost 3\n",
		"é",
		"\r\n",
		"\u0000",
	);
	fc.assert(
		fc.property(
			fc.array(
				fc.oneof(
					fragment.map((part) => Buffer.from(part)),
					fc.uint8Array({ maxLength: 9 }),
				),
			),
			(chunks) => {
				const { reader, profile } = read(chunks);
				assert.equal(callTreeOf(profile).total[0], reader.samples);
			},
		),
	);
});

test("a sample without a chain counts for its command", () => {
	const { profile, reader } = read(
		text("sh 1/1 5.000000001: 7 cpu-clock: \n\nsh 1/1 5.1: 7 cpu-clock: \n\n"),
	);
	assert.deepEqual(stacksOf(profile), [["sh"]]);
	assert.equal(reader.samples, 2);
	const bare = read(text("sh 1/1 5.000000001: 7 cpu-clock: \n\n"), false);
	assert.deepEqual(stacksOf(bare.profile), [[]]);
});

test("lines that are not understood are counted, other records of perf are not", () => {
	const { reader } = read(
		text("garbage\nsh 1/1 5.0: PERF_RECORD_COMM: x:1/1\nsh 1/1 5.0: 7 cpu-clock: \n\tno frame\n\n"),
	);
	assert.deepEqual([reader.skipped, reader.samples, reader.lost], [2, 1, 0]);
});

test("inlined functions have the module of the one they were inlined into", () => {
	const { profile } = read(
		text(
			"a 1/1 5.0: 7 cpu-clock: \n\t 10 inner (inlined)\n\t 10 outer+0x4 (/opt/a)\n\t 9 main+0x1 (/opt/b)\n\n",
		),
	);
	assert.deepEqual(stacksOf(profile), [["a", "main", "outer", "inner"]]);
	assert.equal(profile.frames.find((frame) => frame.name === "inner")?.module, "/opt/a");
});

test("what a line of a chain says", () => {
	const said: [string, string, string, string][] = [
		["1153 f+0x1a (/tmp/a (b)/x y)", "f", "/tmp/a (b)/x y", "user"],
		[
			"7f00 operator()(int) const+0x2 (/usr/lib/x.so (deleted))",
			"operator()(int) const",
			"/usr/lib/x.so",
			"user",
		],
		["ffffffff81000130 nf_hook_slow+0x3 ([nf_tables])", "nf_hook_slow", "[nf_tables]", "kernel"],
		["ffffffffc0001000 xt+0x3 (/lib/modules/6.1/kernel/net/x_tables.ko.xz)", "xt", "[x_tables]", "kernel"],
		["ffffffffc0001000 [unknown] ([unknown])", "[kernel]+0xffffffffc0001000", "[kernel]", "unknown"],
		["ffffffff81000130 [unknown] ([kernel.kallsyms])", "[kernel]+0xffffffff81000130", "[kernel]", "unknown"],
		[
			"ffffffffa0001000 bpf_prog_6deef7357e7b4530_x+0x3 (bpf_prog_6deef7357e7b4530_x)",
			"bpf_prog_6deef7357e7b4530_x",
			"[bpf]",
			"kernel",
		],
		["bc2 __vdso_clock_gettime+0xd2 ([vdso])", "__vdso_clock_gettime", "[vdso]", "user"],
		["7f12 [unknown] (//anon)", "[jit]+0x7f12", "[jit]", "unknown"],
		["7f12 Lfoo;::bar(I)V+0x8 (/tmp/perf-12.map)", "Lfoo;::bar(I)V", "[jit]", "jit"],
		["7f12 [unknown] ([heap])", "[jit]+0x7f12", "[jit]", "unknown"],
		["dead [unknown] ([unknown])", "[unknown]+0xdead", "", "unknown"],
	];
	for (const [line, name, module, kind] of said) {
		const { frame } = parsePerfFrame(line) ?? {};
		assert.deepEqual([frame?.name, frame?.module, frame?.kind], [name, module, kind], line);
	}
	assert.equal(parsePerfFrame("nothing like it"), undefined);
});
