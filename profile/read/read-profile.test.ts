import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gunzipSync, gzipSync, zstdCompressSync } from "node:zlib";
import { EMPTY_STACK, NO_THREAD, ProfileBuilder } from "../builder.ts";
import { ProfileFormatError } from "../model.ts";
import { pieces } from "../testing/damaged-profiles.ts";
import { writeProfile } from "../write/formats.ts";
import { type ReadResult, readProfile } from "./read-profile.ts";

const fixture = (name: string): Buffer => readFileSync(new URL(`fixtures/${name}`, import.meta.url));
const plain = (name: string): Buffer => (name.endsWith(".gz") ? gunzipSync(fixture(name)) : fixture(name));
const read = (bytes: Uint8Array | string, length = 4096): Promise<ReadResult> =>
	readProfile(pieces(Buffer.from(bytes), length));
const refusal = (bytes: Uint8Array | string, maxBytes = 2 ** 24): Promise<ProfileFormatError> =>
	readProfile(pieces(Buffer.from(bytes), 1000), { maxBytes }).then(
		() => assert.fail("it was read"),
		(error) => (error instanceof ProfileFormatError ? error : assert.fail(String(error))),
	);

/** What each fixture is, and what its values add up to. */
const FIXTURES: readonly [string, string, Record<string, bigint>][] = [
	["stream.perf.data", "perf.data", { samples: 37n, cpu: 3_701_110n }],
	["two-events.perf.data", "perf.data", { samples: 40n, "cpu-clock": 2_000_600n, "task-clock": 2_000_600n }],
	["native.txt", "perf-script", { samples: 42n, cpu: 424_242_420n }],
	["go.pb.gz", "pprof", { samples: 31n, cpu: 310_000_000n }],
	["async-profiler.folded.gz", "folded", { samples: 159n }],
	["jfr.folded.gz", "folded", { samples: 102n }],
	["py-spy.folded.gz", "folded", { samples: 122n }],
	["py-spy.speedscope.json.gz", "speedscope", { time: 2_400_000_000n }],
	["node.cpuprofile.gz", "cpuprofile", { samples: 523n, wall: 2_228_585_000n }],
	["chromium.trace.json.gz", "chrome-trace", { samples: 1027n, wall: 323_233_000n }],
	["samply.json.gz", "gecko", { samples: 11n, cpu: 6_600_000n }],
	["bpftrace.txt", "bpftrace", { samples: 27n, addresses: 27n }],
	["bpftrace.json.gz", "bpftrace", { samples: 17n }],
];

function totalsOf({ profile }: ReadResult): Record<string, bigint> {
	const sums = profile.valueTypes.map(({ type }, index) => [
		type,
		profile.samples.values[index].reduce((sum, value) => sum + value, 0n),
	]);
	return Object.fromEntries(sums);
}

for (const [name, format, totals] of FIXTURES) {
	test(`${name} is told by its content, compressed or not`, async () => {
		const bytes = plain(name);
		const forms: Record<string, Uint8Array> = {
			"as it is": bytes,
			gzip: gzipSync(bytes),
			zstd: zstdCompressSync(bytes),
			"gzip in zstd": zstdCompressSync(gzipSync(bytes)),
			"zstd in two frames": Buffer.concat([
				zstdCompressSync(bytes.subarray(0, 100)),
				zstdCompressSync(bytes.subarray(100)),
			]),
		};
		for (const [form, input] of Object.entries(forms)) {
			for (const length of [input.length, 61]) {
				const result = await read(input, length);
				assert.equal(result.format, format, form);
				assert.deepEqual(totalsOf(result), totals, form);
			}
		}
	});
}

test("what is none of the formats is refused with its place", async () => {
	const cases: [string, Uint8Array | string, string, number][] = [
		["nothing", "", "input", 0],
		["a program", plain("tiny.elf"), "input", 0],
		["prose", "Dear reader,\nthis is a letter.\n", "input", 1],
		["other JSON", '{"name":"x","version":"1"}', "JSON", 0],
		["half a JSON", '{"nodes":[{"id":1', "JSON", 17],
		["a trace without CPU profile", '[{"ph":"M","name":"process_name","args":{}}]', "chrome-trace", 0],
		["folded stacks with a line that is none", "a;b 3\nc;d\n", "folded", 2],
		["a pprof that is cut off", plain("go.pb.gz").subarray(0, 2000), "input", 0],
		["bpftrace without stacks", "@n: 5\n@[a]: 3\n", "bpftrace", 2],
		["perf script without samples", plain("lost.txt"), "perf-script", 1],
	];
	for (const [what, input, format, offset] of cases) {
		const error = await refusal(input);
		assert.deepEqual([error.format, error.offset], [format, offset], `${what}: ${error.message}`);
	}
});

test("damaged and oversized compression is refused", async () => {
	const folded = Buffer.from("main;read 3\n".repeat(10_000));
	for (const compressed of [gzipSync(folded), zstdCompressSync(folded)]) {
		const broken = Buffer.from(compressed);
		broken.fill(0xff, Math.floor(broken.length / 2));
		for (const input of [broken, compressed.subarray(0, -9), compressed.subarray(0, 12)]) {
			assert.match((await refusal(input)).format, /^(gzip|zstd)$/);
		}
		assert.match((await refusal(compressed, 50_000)).message, /more than 50000 bytes/);
	}
	let layered: Buffer = folded;
	for (let layer = 0; layer < 4; layer++) layered = gzipSync(layered);
	assert.match((await refusal(layered)).message, /compressed more than 3 times/);
});

test("bombs are stopped where they pass what was allowed", async () => {
	const text = Buffer.alloc(2 ** 27, "main;read 3\n");
	for (const bomb of [gzipSync(text), zstdCompressSync(text)]) {
		assert.equal((await refusal(bomb, 2 ** 20)).offset, 2 ** 20);
	}
});

test("a first line longer than what is looked at is a stack if it has its separators", async () => {
	const deep = `${"call;".repeat(20_000)}leaf 3\n`;
	assert.equal((await read(deep)).format, "folded");
	assert.equal((await refusal(deep.replaceAll(";", " "))).format, "input");
});

test("progress counts the bytes of the input, and its own failure comes through", async () => {
	const input = fixture("go.pb.gz");
	const seen: number[] = [];
	await readProfile(pieces(input, 1000), { onProgress: (bytesRead) => seen.push(bytesRead) });
	assert.deepEqual(seen, [1000, 2000, input.length]);
	const failure = new Error("the disk is gone");
	for (const bytes of [input, zstdCompressSync(plain("go.pb.gz")), Buffer.from("main 3\n")]) {
		async function* failing(): AsyncGenerator<Uint8Array> {
			yield bytes.subarray(0, 5);
			throw failure;
		}
		await assert.rejects(readProfile(failing()), failure);
	}
});

test("times are kept unless they are not wanted", async () => {
	const input = (): AsyncGenerator<Uint8Array> => pieces(plain("native.txt"), 4096);
	assert.equal((await readProfile(input())).profile.times?.nanoseconds.length, 42);
	assert.equal((await readProfile(input(), { keepTimes: false })).profile.times, undefined);
	const builder = new ProfileBuilder({ valueTypes: [{ type: "samples", unit: "count" }], keepTimes: true });
	builder.add(EMPTY_STACK, NO_THREAD, [1], 5);
	const pprof = await writeProfile(builder.snapshot(), "pprof");
	assert.equal((await readProfile(pieces(pprof, 99))).profile.times?.nanoseconds[0], 5);
	assert.equal((await readProfile(pieces(pprof, 99), { keepTimes: false })).profile.times, undefined);
});

test("perf script as it prints without arguments: threads without process, CPUs, frames on the same line", async () => {
	const { profile } = await read(
		[
			"shop 12 [001] 5.000001:     250000 cpu-clock:ppp: ",
			"\t    55d0 parse+0x10 (/opt/shop)",
			"\t    55e0 main+0x2 (/opt/shop)",
			"",
			"shop    12/14  5.000002: cpu-clock:ppp:      55d0 parse+0x10 (/opt/shop)",
			"",
		].join("\n"),
	);
	assert.deepEqual(
		profile.frames.map(({ name }) => name),
		["shop", "main", "parse"],
	);
	assert.deepEqual(
		profile.threads.map(({ pid, tid }) => [pid, tid]),
		[
			[12, 12],
			[12, 14],
		],
	);
	assert.deepEqual([...profile.samples.values[0]], [1n, 1n]);
});
