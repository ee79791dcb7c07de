import { readPprof } from "../read/pprof.ts";
import { writeProfile } from "../write/formats.ts";
import { binarySeed, protobufSeed, type Seed, textSeed } from "./damaged-profiles.ts";

/** How the fixtures of `profile/read/fixtures` are read, by name: gunzipped where they are gzipped, and as they are. */
export interface Fixtures {
	plain(name: string): Uint8Array;
	asIs(name: string): Uint8Array;
}

/** One small real input or more for each format that is read, and compressed ones. */
export async function profileSeeds({ plain, asIs }: Fixtures): Promise<Seed[]> {
	const go = readPprof(plain("go.pb.gz"));
	const written = (format: "json" | "speedscope" | "folded" | "gecko" | "cpuprofile") =>
		writeProfile(go, format);
	return [
		binarySeed("perf.data, streamed", "perf.data", plain("stream.perf.data")),
		binarySeed("perf.data, a file", "perf.data", plain("two-events.perf.data")),
		binarySeed("perf.data, compressed", "perf.data", plain("compressed.perf.data")),
		textSeed("perf script", "perf-script", plain("deleted.txt")),
		textSeed("folded", "folded", await written("folded")),
		textSeed("folded, async-profiler", "folded", plain("async-profiler.folded.gz")),
		protobufSeed("pprof, Go", "pprof", plain("go.pb.gz")),
		textSeed("V8 .cpuprofile", "cpuprofile", plain("node.cpuprofile.gz")),
		textSeed(".cpuprofile, counted", "cpuprofile", await written("cpuprofile")),
		textSeed("Chrome trace", "chrome-trace", plain("chromium.trace.json.gz")),
		textSeed("speedscope", "speedscope", await written("speedscope")),
		textSeed("speedscope, py-spy", "speedscope", plain("py-spy.speedscope.json.gz")),
		textSeed("speedscope, evented", "speedscope", encoded(EVENTED)),
		textSeed("gecko, samply", "gecko", plain("samply.json.gz")),
		textSeed("gecko, shared tables", "gecko", await written("gecko")),
		textSeed("gecko, raw", "gecko", encoded(RAW_GECKO)),
		textSeed("bpftrace", "bpftrace", plain("bpftrace.txt")),
		textSeed("bpftrace, JSON", "bpftrace", plain("bpftrace.json.gz")),
		textSeed("call tree", "json", await written("json")),
		binarySeed("gzip", "folded", asIs("py-spy.folded.gz")),
		binarySeed("zstd", "folded", asIs("py-spy.folded.zst")),
	];
}

function encoded(value: unknown): Uint8Array {
	return new TextEncoder().encode(JSON.stringify(value));
}

/** Two nested functions, opened and closed, and one that is still open at the end. */
export const EVENTED = {
	$schema: "https://www.speedscope.app/file-format-schema.json",
	shared: { frames: [{ name: "main", file: "main.c", line: 3 }, { name: "parse" }] },
	profiles: [
		{
			type: "evented",
			name: "loop",
			unit: "milliseconds",
			startValue: 10,
			endValue: 20,
			events: [
				{ type: "O", frame: 0, at: 10 },
				{ type: "O", frame: 1, at: 12.5 },
				{ type: "C", frame: 1, at: 14 },
				{ type: "C", frame: 0, at: 15 },
				{ type: "O", frame: 0, at: 19 },
			],
		},
	],
};

/** As Firefox itself gives it: tables of rows under a schema, addresses, functions of scripts, a process within. */
export const RAW_GECKO = {
	meta: { version: 30, startTime: 1_700_000_000_000, interval: 1 },
	libs: [{ start: 4096, end: 8192, offset: 0, name: "libxul.so", path: "/usr/lib/firefox/libxul.so" }],
	threads: [
		{
			name: "GeckoMain",
			tid: 12,
			pid: 12,
			samples: {
				schema: { stack: 0, time: 1, eventDelay: 2 },
				data: [
					[1, 1.5, 0],
					[2, 2.5],
					[null, 3.5],
				],
			},
			stackTable: {
				schema: { prefix: 0, frame: 1 },
				data: [
					[null, 0],
					[0, 1],
					[1, 2],
				],
			},
			frameTable: { schema: { location: 0, line: 5 }, data: [[0], [1], [2, null, null, null, null, 7]] },
			stringTable: ["(root)", "0x1010", "render (https://shop.test/app.js:20:5)"],
		},
	],
	processes: [
		{
			meta: { startTime: 1_700_000_000_100 },
			threads: [
				{
					name: "Web Content",
					tid: 30,
					pid: 30,
					samples: { schema: { stack: 0, time: 1 }, data: [[0, 0.25]] },
					stackTable: { schema: { prefix: 0, frame: 1 }, data: [[null, 0]] },
					frameTable: { schema: { location: 0 }, data: [[0]] },
					stringTable: ["0xffff0000ffff0000"],
				},
			],
		},
	],
};
