import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
	lstatSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { gunzipSync, gzipSync, zstdCompressSync } from "node:zlib";
import { FORMAT_NAMES } from "../contract/formats.ts";
import { readProfile } from "../profile/read/read-profile.ts";
import { decodeViewerData } from "../profile/write/html-data.ts";
import { run } from "./testing/run.ts";

const fixtures = join(import.meta.dirname, "../profile/read/fixtures");
const INPUTS = [
	"stream.perf.data",
	"two-events.perf.data",
	"native.txt",
	"node.txt",
	"async-profiler.folded.gz",
	"py-spy.folded.gz",
	"py-spy.speedscope.json.gz",
	"go.pb.gz",
	"node.cpuprofile.gz",
	"chromium.trace.json.gz",
	"samply.json.gz",
	"bpftrace.txt",
	"bpftrace.json.gz",
	"jfr.folded.gz",
];
const OUTPUTS = FORMAT_NAMES.filter((format) => format !== "perf.data");

async function totalOf(bytes: Uint8Array): Promise<number> {
	const { profile } = await readProfile(chunked(bytes));
	return Number(profile.samples.values[0].reduce((sum, value) => sum + value, 0n));
}

async function* chunked(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
	yield bytes;
}

/** The total that a file shows which is for eyes alone. */
const SHOWN: Record<string, (text: string) => number | Promise<number>> = {
	html: async (page) => {
		const [, data] = /id="furnace-profile">([^<]*)</.exec(page) ?? [];
		return (await decodeViewerData(data)).tree.total[0];
	},
	svg: (picture) => Number(/ y="40">(\d+) /.exec(picture)?.[1]),
	txt: (table) => Number(/^Total: (\d+) /m.exec(table)?.[1]),
};

suite("convert", () => {
	const folder = mkdtempSync(join(tmpdir(), "convert-"));
	after(() => rmSync(folder, { recursive: true }));

	for (const input of INPUTS) {
		test(`${input} to every format: the total stays`, async () => {
			const path = join(fixtures, input);
			const total = await totalOf(readFileSync(path));
			assert.ok(total > 0);
			for (const format of OUTPUTS) {
				const { code, stdout, stderr } = await run(["convert", path, "--format", format]);
				assert.equal(stderr, "");
				assert.equal(code, 0);
				const shown = SHOWN[format]?.(stdout.toString());
				assert.equal(await (shown ?? totalOf(stdout)), total, format);
			}
		});
	}

	test("standard input and every compression: the same as the file", async () => {
		const input = readFileSync(join(fixtures, "two-events.perf.data"));
		const expected = (await run(["convert", join(fixtures, "two-events.perf.data"), "-f", "folded"])).stdout;
		assert.ok(expected.length > 0);
		const compressions = [(bytes: Buffer) => bytes, gzipSync, zstdCompressSync];
		for (const compress of [...compressions, (bytes: Buffer) => gzipSync(zstdCompressSync(bytes))]) {
			const { stdout } = await run(["convert", "-", "-f", "folded"], { input: compress(input) });
			assert.equal(stdout.toString(), expected.toString());
		}
	});

	test("the ending of the output tells the format, and .gz that it is compressed", async () => {
		const input = join(fixtures, "native.txt");
		const begin: Record<string, RegExp> = {
			"a.html": /^<!doctype html>/,
			"a.svg": /^<\?xml/,
			"a.speedscope.json": /speedscope.app/,
			"a.gecko.json.gz": /preprocessedProfileVersion/,
			"a.json": /^\{"unit":/,
			"a.cpuprofile": /^\{"nodes":/,
			"a.collapsed": /^wo:rk .*;worker;.* \d+\n/,
			"a.pb.gz": /samples/,
		};
		for (const [name, expected] of Object.entries(begin)) {
			const path = join(folder, name);
			const { code, stdout, stderr } = await run(["convert", input, "-o", path]);
			assert.deepEqual({ code, stdout: stdout.length, stderr }, { code: 0, stdout: 0, stderr: "" });
			const bytes = readFileSync(path);
			assert.match((name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString(), expected, name);
		}
		assert.ok(readdirSync(folder).every((name) => name in begin));
		const unknown = await run(["convert", input, "-o", join(folder, "a.xyz")]);
		assert.equal(unknown.code, 2);
		assert.match(unknown.stderr, /tells no format.*--format/);
	});

	test("- is standard output", async () => {
		const { code, stdout } = await run(["convert", join(fixtures, "native.txt"), "-f", "folded", "-o", "-"]);
		assert.equal(code, 0);
		assert.match(stdout.toString(), /;worker;/);
	});

	test("a pipe is written to, and the link that leads to it stays", () => {
		const link = join(folder, "pipe");
		symlinkSync("/proc/self/fd/1", link);
		const words = ["convert", join(fixtures, "native.txt"), "-f", "folded", "-o", link];
		const program = [process.execPath, join(import.meta.dirname, "main.ts"), ...words];
		const stdout = execFileSync("sh", ["-c", '"$0" "$@" | cat', ...program]);
		assert.match(stdout.toString(), /;worker;/);
		assert.ok(lstatSync(link).isSymbolicLink());
	});

	test("names of files cannot tell a terminal anything", async () => {
		const path = join(folder, "a\u001b]0;title\u0007");
		const missing = await run(["convert", path, "-f", "txt"]);
		writeFileSync(path, "main 1\n");
		const { stdout } = await run(["convert", path, "-f", "txt"]);
		for (const text of [missing.stderr, stdout.toString()]) {
			assert.match(text, /a\ufffd\]0;title/);
			assert.ok(!text.includes("\u001b"));
		}
	});

	test("what cannot be read leaves the file that was there", async () => {
		const broken = join(folder, "broken.folded");
		const output = join(folder, "kept.svg");
		writeFileSync(broken, "main;read 3\nmain;write\n");
		writeFileSync(output, "before");
		const { code, stderr } = await run(["convert", broken, "-o", output]);
		assert.equal(code, 1);
		assert.match(stderr, /^kubectl-furnace: .*broken\.folded: folded: .* at line 2\. .+\n$/);
		assert.equal(readFileSync(output, "utf8"), "before");
	});

	test("a file that was cut off: where, why, and what to do", async () => {
		const whole: Record<string, Buffer> = {
			pprof: gunzipSync(readFileSync(join(fixtures, "go.pb.gz"))),
			gzip: readFileSync(join(fixtures, "go.pb.gz")),
			json: gunzipSync(readFileSync(join(fixtures, "node.cpuprofile.gz"))),
			"perf.data": readFileSync(join(fixtures, "two-events.perf.data")).subarray(0, 4000),
			zstd: zstdCompressSync(readFileSync(join(fixtures, "node.txt"))),
		};
		for (const [name, bytes] of Object.entries(whole)) {
			const path = join(folder, name);
			writeFileSync(path, bytes.subarray(0, bytes.length - 100));
			const { code, stdout, stderr } = await run(["convert", path, "-f", "folded"]);
			assert.equal(code, 1, name);
			assert.equal(stdout.length, 0);
			assert.match(stderr, /^kubectl-furnace: \/.*: .+ at (?:byte|line) \d+\. .*complete.*\n$/, name);
			assert.ok(stderr.includes(path));
		}
	});

	test("binary data does not go to a terminal", async () => {
		const path = join(fixtures, "native.txt");
		const { code, stdout, stderr } = await run(["convert", path, "-f", "pprof"], { isTerminal: true });
		assert.deepEqual({ code, stdout: stdout.length }, { code: 2, stdout: 0 });
		assert.match(stderr, /binary.*-o FILE/);
		assert.equal((await run(["convert", path, "-f", "folded"], { isTerminal: true })).code, 0);
	});

	test("another value on request, and the list of those there are", async () => {
		const path = join(fixtures, "go.pb.gz");
		const { stdout } = await run(["convert", path, "-f", "txt", "--value", "cpu", "--title", "shop"]);
		assert.match(stdout.toString(), /^shop\nTotal: \d+ nanoseconds/);
		const { code, stderr } = await run(["convert", path, "-f", "txt", "--value", "bytes"]);
		assert.equal(code, 2);
		assert.match(stderr, /no value "bytes"; it has: samples, cpu/);
	});

	test("parts of a profile: threads, times, stacks with a function or without", async () => {
		const totalWith = async (...words: string[]): Promise<number> => {
			const path = join(fixtures, "node.cpuprofile.gz");
			const { code, stdout, stderr } = await run(["convert", path, "-f", "txt", ...words]);
			assert.equal(code, 0, stderr);
			return Number(/^Total: (\d+) /m.exec(stdout.toString())?.[1]);
		};
		const total = await totalWith();
		const first = await totalWith("--to", "0.5");
		assert.ok(first > 0 && first < total);
		assert.equal(first + (await totalWith("--from", "0.5")), total);
		const focused = await totalWith("--focus", "^f$");
		assert.ok(focused > 0 && focused < total);
		assert.equal(focused + (await totalWith("--ignore", "^f$")), total);

		const none = await run(["convert", join(fixtures, "native.txt"), "-f", "txt", "--thread", "nobody"]);
		assert.equal(none.code, 1);
		assert.match(none.stderr, /No sample is left by --thread nobody\. Its threads: .*child/);

		const folded = join(fixtures, "py-spy.folded.gz");
		for (const [words, message] of [
			[["--focus", "("], /--focus is no regular expression/],
			[["--from", "1"], /does not say when/],
			[["--from", "x"], /Not a number of seconds/],
		] as const) {
			const { code, stderr } = await run(["convert", folded, "-f", "txt", ...words]);
			assert.equal(code, 2);
			assert.match(stderr, message);
		}
	});

	test("no file, no such file, a folder, not a profile", async () => {
		const native = join(fixtures, "native.txt");
		const otherJson = join(folder, "other.json");
		writeFileSync(otherJson, '{"a": 1}');
		for (const [words, code, message] of [
			[["convert"], 2, /missing required argument/],
			[["convert", join(folder, "none"), "-f", "svg"], 1, /none: there is no such file\n$/],
			[["convert", folder, "-f", "svg"], 1, /it is a folder\n$/],
			[["convert", native, "-o", join(folder, "none/a.svg")], 1, /none\/a\.svg: there is no such folder/],
			[["convert", native, "-f", "svg", "-o", folder], 1, /it is a folder, name a file in it\n$/],
			[["convert", otherJson, "-f", "svg"], 1, /of no known format.*See --help/],
			[["convert", "/bin/ls", "-f", "svg"], 1, /\/bin\/ls: .* at byte \d+/],
			[["convert", "/dev/null", "-f", "svg"], 1, /nothing in it at byte 0/],
			[["convert", "-", "-f", "gif"], 2, /gif.*html, svg/s],
			[["konvert"], 2, /unknown command.*convert/s],
		] as const) {
			const finished = await run(words);
			assert.equal(finished.code, code, words.join(" "));
			assert.match(finished.stderr, message);
		}
	});
});
