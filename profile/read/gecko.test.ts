import assert from "node:assert/strict";
import { test } from "node:test";
import { ProfileFormatError } from "../model.ts";
import { readAs, valuesByStack } from "../testing/readable.ts";
import { RAW_GECKO } from "../testing/seeds.ts";

const read = (json: unknown) => readAs("gecko", json);

/** Tables of one program: main calls the kernel, a script, and code without a name. */
const TABLES = {
	stringArray: ["main", "do_read", "render", "0x1234", "shop.js", "libc.so.6", "main.c"],
	stackTable: { length: 4, prefix: [null, 0, 0, 1], frame: [0, 1, 2, 3] },
	frameTable: { length: 4, func: [0, 1, 2, 3], category: [0, 1, 2, 0], line: [7, null, 9, null] },
	funcTable: {
		length: 4,
		name: [0, 1, 2, 3],
		isJS: [false, false, true, false],
		resource: [0, 1, -1, 2],
		fileName: [6, null, 4, null],
		lineNumber: [2, null, 20, null],
	},
	resourceTable: { length: 3, lib: [0, 1, 2], name: [0, 0, 5] },
};
const LIBRARIES = [
	{ name: "shop", path: "/opt/shop" },
	{ name: "[kernel.kallsyms]", path: "[kernel.kallsyms]" },
	{ name: "libc.so.6", path: "" },
];
const META = {
	preprocessedProfileVersion: 55,
	startTime: 1_700_000_000_000,
	interval: 1,
	categories: [{ name: "User" }, { name: "Kernel" }, { name: "JavaScript" }],
	sampleUnits: { time: "ms", threadCPUDelta: "µs" },
};
const SAMPLES = {
	length: 4,
	stack: [1, 2, 3, null],
	timeDeltas: [5, 1, 1.5, 1],
	weight: [1, 2, 3, 4],
	weightType: "samples",
	threadCPUDelta: [10, null, 20, 0],
};
const thread = (change: object = {}) => ({ name: "main", pid: "7", tid: 8, samples: SAMPLES, ...change });
const EXPECTED = {
	"main: main;do_read": [1, 10_000],
	"main: main;render": [2, 0],
	"main: main;do_read;libc.so.6+0x1234": [3, 20_000],
	"main: ": [4, 0],
};

test("processed: tables of each thread, times as differences, CPU time", async () => {
	const profile = await read({ meta: META, libs: LIBRARIES, threads: [thread(TABLES)] });
	assert.deepEqual(valuesByStack(profile), EXPECTED);
	assert.deepEqual(profile.frames.slice(0, 3), [
		{ name: "main", module: "/opt/shop", kind: "user", file: "main.c", line: 7 },
		{ name: "do_read", module: "[kernel]", kind: "kernel", file: "", line: 0 },
		{ name: "render", module: "shop.js", kind: "jit", file: "shop.js", line: 20 },
	]);
	assert.deepEqual(profile.threads, [{ pid: 7, tid: 8, name: "main" }]);
	assert.deepEqual([...(profile.times?.nanoseconds ?? [])], [0, 1_000_000, 2_500_000, 3_500_000]);
	assert.equal(profile.info.startedAt, "2023-11-14T22:13:20.005Z");
});

test("processed: shared tables, a table of sources, prefixes as distances", async () => {
	const { fileName, ...functions } = TABLES.funcTable;
	const shared = {
		...TABLES,
		stackTable: { length: 4, prefixOffset: [0, 1, 2, 2], frame: [0, 1, 2, 3] },
		funcTable: { ...functions, source: [0, null, 1, null] },
		sources: { length: 2, filename: [6, 4] },
	};
	const profile = await read({
		meta: META,
		libs: LIBRARIES,
		shared,
		threads: [thread(), thread({ name: "other" })],
	});
	const other = Object.entries(EXPECTED).map(([stack, values]) => [stack.replace("main:", "other:"), values]);
	assert.deepEqual(valuesByStack(profile), { ...EXPECTED, ...Object.fromEntries(other) });
	assert.equal(profile.frames[0].file, "main.c");
	assert.ok(fileName);
});

test("weights in milliseconds and bytes", async () => {
	const cases = { "tracing-ms": ["nanoseconds", 1_500_000], bytes: ["bytes", 2] } as const;
	for (const [weightType, [unit, first]] of Object.entries(cases)) {
		const samples = { stack: [0], time: [1], weight: [weightType === "bytes" ? 2 : 1.5], weightType };
		const profile = await read({ meta: META, libs: LIBRARIES, threads: [thread({ ...TABLES, samples })] });
		assert.equal(profile.valueTypes[0].unit, unit);
		assert.deepEqual(valuesByStack(profile), { "main: main": [first] });
	}
});

test("raw: tables of rows, addresses in libraries, scripts, processes within", async () => {
	const profile = await read(RAW_GECKO);
	assert.deepEqual(valuesByStack(profile), {
		"GeckoMain: libxul.so+0x10": [1],
		"GeckoMain: libxul.so+0x10;render": [1],
		"GeckoMain: ": [1],
		"Web Content: [unknown]+0xffff0000ffff0000": [1],
	});
	const render = profile.frames.find(({ name }) => name === "render");
	assert.deepEqual([render?.file, render?.line, render?.kind], ["https://shop.test/app.js", 20, "jit"]);
	assert.deepEqual([...(profile.times?.nanoseconds ?? [])], [0, 1_000_000, 2_000_000, 98_750_000]);
});

test("tables that lead nowhere or in a circle are refused with the place", async () => {
	const changed = (table: keyof typeof TABLES, change: object) =>
		thread({ ...TABLES, [table]: { ...TABLES[table], ...change } });
	const cases: [string, unknown][] = [
		["a stack that calls itself", changed("stackTable", { prefix: [null, 1, 0, 1] })],
		["a stack called from one that comes later", changed("stackTable", { prefix: [3, 0, 0, 1] })],
		["half a stack", changed("stackTable", { prefix: [null, 0.5, 0, 1] })],
		["a frame beyond the table", changed("stackTable", { frame: [0, 1, 2, 9] })],
		["a function beyond the table", changed("frameTable", { func: [0, 1, 2, 9] })],
		["a name beyond the strings", changed("funcTable", { name: [0, 1, 2, 99] })],
		["a library beyond the list", changed("resourceTable", { lib: [0, 1, 9] })],
		["columns of different lengths", thread({ ...TABLES, samples: { ...SAMPLES, time: [1] } })],
		["a stack beyond the table", thread({ ...TABLES, samples: { stack: [9], time: [0] } })],
		["an absurd time", thread({ ...TABLES, samples: { stack: [0], time: [1e300] } })],
		[
			"a weight of a kind nobody knows",
			thread({ ...TABLES, samples: { ...SAMPLES, weightType: "valueOf" } }),
		],
		["no tables at all", thread()],
	];
	for (const [what, broken] of cases) {
		await assert.rejects(read({ meta: META, libs: LIBRARIES, threads: [broken] }), (error) => {
			assert.ok(error instanceof ProfileFormatError, `${what}: ${error}`);
			return error.format === "gecko" && error.offset > 0;
		});
	}
});
