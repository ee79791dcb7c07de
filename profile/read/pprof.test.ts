import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import {
	Function as Fn,
	Line,
	Location,
	Mapping,
	Profile as Pprof,
	Sample,
	StringTable,
	ValueType,
} from "pprof-format";
import { MAX_STACK_DEPTH, ProfileBuilder } from "../builder.ts";
import { callTreeOf } from "../call-tree.ts";
import { ProfileFormatError } from "../model.ts";
import { FIRST_TIMES_ID, PROFILE, SAMPLE } from "../pprof-fields.ts";
import { anyInput, buildInput } from "../testing/arbitrary-profile.ts";
import { topFunctions } from "../top.ts";
import { pprofChunks } from "../write/pprof.ts";
import { ProtobufWriter } from "../write/protobuf.ts";
import { readPprof } from "./pprof.ts";
import { ProtobufReader } from "./protobuf.ts";

const write = (profile: Parameters<typeof pprofChunks>[0]): Uint8Array =>
	Buffer.concat([...pprofChunks(profile)]);

test("a profile comes back as it was, to the last bit and nanosecond", () => {
	fc.assert(
		fc.property(
			anyInput(2n ** 62n),
			fc.boolean(),
			fc.date({ noInvalidDate: true, min: new Date(1), max: new Date(8e12) }),
			(input, keepTimes, date) => {
				const profile = buildInput(input, keepTimes && input.samples.length > 0).snapshot({
					startedAt: date.toISOString(),
					durationNanoseconds: 2n ** 60n + 1n,
					comments: ["furnace.recording={}", "two"],
				});
				const again = readPprof(write(profile));
				// Stacks that only lead to others, and their order, are the builder's own affair; nothing else may differ.
				assert.deepEqual(write(again), write(readPprof(write(again))));
				assert.deepEqual(samplesOf(again), samplesOf(profile));
				assert.deepEqual(again.info, profile.info);
				assert.deepEqual(again.valueTypes, profile.valueTypes);
				assert.deepEqual(again.times?.nanoseconds, profile.times?.nanoseconds);
				assert.deepEqual(momentsOf(again), momentsOf(profile));
			},
		),
	);
});

test("labels of samples come back, in whatever order they were given", () => {
	const builder = new ProfileBuilder({ valueTypes: [{ type: "samples", unit: "count" }] });
	const labels = [
		{ key: "request", value: "GET /<b>", unit: "" },
		{ key: "bytes", value: -(2n ** 62n), unit: "bytes" },
	];
	const thread = { pid: 1, tid: 2, name: "worker" };
	const threads = [{ ...thread, labels }, thread, { pid: 0, tid: 0, name: "", labels: [labels[0]] }];
	const indices = threads.map((one) => builder.thread(one));
	assert.deepEqual(indices, [0, 1, 2]);
	assert.equal(builder.thread({ ...thread, labels: labels.toReversed() }), 0);
	for (const index of indices) builder.add(0, index, [1]);
	const profile = builder.snapshot();
	const bytes = write(profile);
	assert.deepEqual(readPprof(bytes).threads, profile.threads);
	assert.deepEqual(profile.threads[2], threads[2]);
	assert.throws(() => readPprof(bytes, { threads: 2 }), { message: /more than 2 threads/ });
});

test("times that older files keep with each sample are read, too", () => {
	const { times: _, ...profile } = buildInput({ frames: [], samples: [] }).snapshot();
	const sample = new ProtobufWriter();
	sample.packed(SAMPLE.value, [2, 20]);
	sample.packed(SAMPLE.timeStep, [10, -4]);
	const out = new ProtobufWriter();
	out.message(PROFILE.sample, sample);
	const bytes = Buffer.concat([write(profile), out.take()]);
	assert.deepEqual(momentsOf(readPprof(bytes)), [
		[6, 0],
		[10, 0],
	]);
	assert.equal(readPprof(bytes, { times: 1 }).info.timesLeftOut, 2);
});

test("times of samples that are not there are refused", () => {
	const profile = buildInput({ frames: [], samples: [] }).snapshot();
	const times = { sample: Uint32Array.of(3), nanoseconds: Float64Array.of(1) };
	assert.throws(() => readPprof(write({ ...profile, times })), { message: /a time of sample 3 of 0/ });
});

/** Row and time of each sample; those of the same time in the order of their rows. */
function momentsOf({ times }: ReturnType<typeof readPprof>): number[][] {
	const moments = Array.from(times?.sample ?? [], (row, at) => [times?.nanoseconds[at] ?? 0, row]);
	return moments.sort(([a, row], [b, other]) => a - b || row - other);
}

/** Each sample with everything that belongs to it, in the order of the table. */
function samplesOf(profile: ReturnType<typeof readPprof>): unknown[] {
	return Array.from(profile.samples.stack, (stack, row) => {
		const frames: unknown[] = [];
		for (let at = stack; at > 0; at = profile.stacks.parent[at])
			frames.push(profile.frames[profile.stacks.frame[at]]);
		const thread = profile.threads[profile.samples.thread[row]] ?? null;
		return { frames, thread, values: profile.samples.values.map((column) => column[row]) };
	});
}

test("an independent decoder reads what was written", () => {
	fc.assert(
		fc.property(anyInput(2n ** 62n), fc.boolean(), (input, keepTimes) => {
			const profile = buildInput(input, keepTimes).snapshot();
			const decoded = Pprof.decode(write(profile));
			assert.deepEqual(
				decoded.sample.map((sample) => sample.value.map(BigInt)),
				Array.from(profile.samples.stack, (_, row) => profile.samples.values.map((column) => column[row])),
			);
			const functions = decoded.function.filter(({ id }) => Number(id) < FIRST_TIMES_ID);
			const names = functions.map((entry) => decoded.stringTable.strings[Number(entry.name)]);
			assert.deepEqual(new Set(names), new Set(profile.frames.map((frame) => frame.name)));
		}),
	);
});

test("what another encoder wrote is read: inlined functions, frames without a name, negative values", () => {
	const strings = new StringTable();
	const text = (value: string): number => strings.dedup(value);
	const pprof = new Pprof({
		stringTable: strings,
		sampleType: [new ValueType({ type: text("inuse"), unit: text("bytes") })],
		mapping: [
			new Mapping({
				id: 9,
				memoryStart: 0x400000,
				memoryLimit: 0x500000,
				fileOffset: 0x1000,
				filename: text("/opt/app"),
			}),
		],
		function: [
			new Fn({ id: 1, name: text("inner"), filename: text("a.go") }),
			new Fn({ id: 2, systemName: text("outer") }),
		],
		location: [
			new Location({
				id: 1,
				mappingId: 9,
				line: [new Line({ functionId: 1, line: 3 }), new Line({ functionId: 2, line: 7 })],
			}),
			new Location({ id: 2n ** 63n, mappingId: 9, address: 0x400010 }),
			new Location({ id: 3, address: 0xffffffff81000000n }),
		],
		sample: [new Sample({ locationId: [1, 2n ** 63n, 3], value: [-5n] })],
		timeNanos: 1_500_000_000_123_456_789n,
	});
	const profile = readPprof(pprof.encode());
	assert.deepEqual(samplesOf(profile), [
		{
			thread: null,
			values: [-5n],
			frames: [
				{ name: "inner", module: "/opt/app", kind: "user", file: "a.go", line: 3 },
				{ name: "outer", module: "/opt/app", kind: "user", file: "", line: 7 },
				{ name: "app+0x1010", module: "/opt/app", kind: "unknown", file: "", line: 0 },
				{ name: "[unknown]+0xffffffff81000000", module: "", kind: "unknown", file: "", line: 0 },
			],
		},
	]);
	assert.equal(profile.info.startedAt, "2017-07-14T02:40:00.123Z");
});

test("a CPU profile that Go wrote", () => {
	const profile = readPprof(gunzipSync(readFileSync(new URL("fixtures/go.pb.gz", import.meta.url))));
	assert.deepEqual(profile.valueTypes, [
		{ type: "samples", unit: "count" },
		{ type: "cpu", unit: "nanoseconds" },
	]);
	const tree = callTreeOf(profile, { value: 1 });
	assert.equal(tree.total[0], 310_000_000);
	const top = topFunctions(tree);
	assert.deepEqual([top[0].name, top[0].self, top[0].total], ["strings.Fields", 110_000_000, 220_000_000]);
	assert.ok(
		profile.frames.some(
			({ name, file, line }) => name === "main.countWords" && file.endsWith("main.go") && line === 13,
		),
	);
	assert.equal(profile.info.durationNanoseconds, 600_926_603n);
});

test("broken files are refused as such: cut anywhere, or with any byte changed", () => {
	const bytes = write(
		buildInput(
			{
				frames: [{ name: "f", module: "/m", kind: "jit", file: "f.c", line: 2 }],
				samples: [{ path: [0, 0], thread: 1, values: [3n, 2n ** 60n], time: 5 }],
			},
			true,
		).snapshot({ comments: ["c"] }),
	);
	const tryRead = (any: Uint8Array): void => {
		try {
			readPprof(any);
		} catch (error) {
			assert.ok(error instanceof ProfileFormatError, String(error));
		}
	};
	for (let end = 0; end < bytes.length; end++) tryRead(bytes.subarray(0, end));
	for (let at = 0; at < bytes.length; at++) {
		for (const value of [0, 1, 0x7f, 0x80, 0xff, bytes[at] + 1, bytes[at] - 1])
			tryRead(Uint8Array.from(bytes, (byte, index) => (index === at ? value : byte)));
	}
	fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), tryRead));
});

test("a stack of 100,000 locations is cut", () => {
	const strings = new StringTable();
	const samples = strings.dedup("samples");
	const pprof = new Pprof({
		stringTable: strings,
		sampleType: [new ValueType({ type: samples, unit: samples })],
		function: [new Fn({ id: 1, name: samples })],
		location: [new Location({ id: 4, line: [new Line({ functionId: 1 })] })],
		sample: [new Sample({ locationId: Array(100_000).fill(4), value: [1] })],
	});
	const { stacks, frames } = readPprof(pprof.encode());
	assert.equal(stacks.length, MAX_STACK_DEPTH + 2);
	assert.equal(frames[stacks.frame[stacks.length - 1]].name, "[truncated]");
});

test("indices that lead nowhere, two of one id, and too many entries are refused", () => {
	const strings = new StringTable();
	const samples = strings.dedup("samples");
	const valid = { stringTable: strings, sampleType: [new ValueType({ type: samples, unit: samples })] };
	const refused: Record<string, Uint8Array> = {
		nothing: new Uint8Array(),
		location: new Pprof({ ...valid, sample: [new Sample({ locationId: [4], value: [1] })] }).encode(),
		function: new Pprof({
			...valid,
			location: [new Location({ id: 4, line: [new Line({ functionId: 1 })] })],
			sample: [new Sample({ locationId: [4], value: [1] })],
		}).encode(),
		mapping: new Pprof({
			...valid,
			location: [new Location({ id: 4, mappingId: 2 })],
			sample: [new Sample({ locationId: [4], value: [1] })],
		}).encode(),
		string: new Pprof({ ...valid, comment: [99] }).encode(),
		"two of one id": new Pprof({
			...valid,
			location: [new Location({ id: 4 }), new Location({ id: 4 })],
		}).encode(),
		"value count": new Pprof({ ...valid, sample: [new Sample({ value: [1, 2] })] }).encode(),
		"a varint of 11 bytes": Uint8Array.from([0x48, ...Array(10).fill(0xff), 1]),
		"a length beyond the end": Uint8Array.of(0x12, 0xff, 0xff, 0xff, 0xff, 0x7f),
	};
	for (const [what, bytes] of Object.entries(refused))
		assert.throws(() => readPprof(bytes), ProfileFormatError, what);
	const inlined = Array.from({ length: 1001 }, () => new Line({ functionId: 1 }));
	const deep = new Pprof({ ...valid, location: [new Location({ id: 4, line: inlined })] }).encode();
	assert.throws(() => readPprof(deep), ProfileFormatError);
	const two = new Pprof({
		...valid,
		sample: [new Sample({ value: [1] }), new Sample({ value: [1] })],
	}).encode();
	assert.equal(readPprof(two).samples.values[0][0], 2n);
	assert.throws(() => readPprof(two, { samples: 1 }), ProfileFormatError);
	assert.throws(() => readPprof(two, { strings: 1 }), ProfileFormatError);
});

test("what takes more memory than its bytes is limited", () => {
	const builder = new ProfileBuilder({ valueTypes: [{ type: "samples", unit: "count" }], keepTimes: true });
	const frame = builder.frame({ name: "main", module: "app", kind: "user", file: "", line: 1 });
	for (const tid of [1, 2]) {
		builder.add(builder.stack([frame]), builder.thread({ pid: 1, tid, name: "t" }), [1], tid);
	}
	const bytes = write(builder.snapshot({}));
	const enough = { lines: 1, threads: 2 };
	assert.equal(readPprof(bytes, enough).threads.length, 2);
	for (const [what, most] of Object.entries(enough)) {
		const tooFew = { ...enough, [what]: most - 1 };
		assert.throws(() => readPprof(bytes, tooFew), { message: new RegExp(`more than ${most - 1} ${what}`) });
	}
	assert.equal(readPprof(bytes, { times: 2 }).times?.sample.length, 2);
	const { times, info } = readPprof(bytes, { times: 1 });
	assert.equal(times, undefined);
	assert.equal(info.timesLeftOut, 2);
	const length = 4_000_001;
	const reader = new ProtobufReader(
		"pprof",
		Buffer.concat([Buffer.from([0x0a]), varint(length), Buffer.alloc(length)]),
	);
	reader.next();
	assert.throws(() => reader.repeated([], false), { message: /more than 4000000 numbers/ });
});

function varint(value: number): Buffer {
	const bytes = [];
	let rest = value;
	for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
	return Buffer.from([...bytes, rest]);
}
