/**
 * Four hours of perf's stream in some minutes, by `node_modules/.bin/node --expose-gc bench/stream.ts [hours, default 4]`: 64 threads,
 * 99 times a second each, and a short-lived process every second, through the reader and the builder as the agent has them, times
 * spooled. Prints what memory becomes over the hours, and how many samples a second go through. The stream is made here: chains of
 * addresses in this very program, whose names are read; the same few thousand come back, as a server's do.
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ProfileBuilder } from "../profile/builder.ts";
import { PerfDataReader } from "../profile/read/perf-data/reader.ts";
import { RECORD } from "../profile/read/perf-data/record-types.ts";
import { perfValueTypes } from "../profile/read/perf-script.ts";
import { randomNumbers } from "../profile/testing/mutations.ts";
import { PerfStream } from "../profile/testing/perf-stream.ts";
import { createTimeSpool } from "../sidecar/recordings/time-spool.ts";
import { createTargetSymbols } from "../symbol-files/target-symbols.ts";
import { say, sayLoad } from "./figures.ts";

const HERTZ = 99;
const THREADS = 64;
/** Threads of one kind do the same. */
const KINDS = 8;
const CHAINS_OF_A_KIND = 2000;
const LONGEST_CHAIN = 60;
/** A prime, so that walks do not end in circles. */
const FUNCTIONS = 5003;
/** Ticks of the clock that a round of perf's takes in. */
const TICKS_OF_A_ROUND = 33;
const SECOND = 1e9;
const PROCESS = 1000;
const FIRST_SHORT_LIVED = 10_000;
/** As on machines that nobody has told otherwise: then they begin anew. */
const MOST_PROCESSES = 32_768;

const hours = Number(process.argv[2] ?? 4);
const random = randomNumbers(7);
const text = ownText();
const samples = Array.from({ length: KINDS }, () => samplesOfKind());

const folder = mkdtempSync(join(tmpdir(), "furnace-bench-stream-"));
const spool = createTimeSpool({
	path: join(folder, "times"),
	limit: Number.POSITIVE_INFINITY,
	onDropped: (reason) => say(`times are dropped: ${reason}`),
});
const builder = new ProfileBuilder({ valueTypes: perfValueTypes("cpu-clock"), times: spool });
const symbols = createTargetSymbols({ jitName: () => undefined, otherRoots: ["/"] });
const reader = new PerfDataReader({ builder, symbols });

try {
	await main();
} finally {
	symbols.close();
	await spool.close();
	rmSync(folder, { recursive: true });
}

async function main(): Promise<void> {
	const stream = new PerfStream().header().event({ id: 1 });
	stream.command(PROCESS, "server").mapping({ pid: PROCESS, ...text });
	const ofProcess = PROCESS * (2 ** 32 + 1);
	for (let thread = 1; thread < THREADS; thread++) {
		stream.record(RECORD.fork, 0, [ofProcess, ofProcess + thread, 0, ofProcess, 0, 1]);
	}
	let seconds = 0;
	let bytes = 0;
	const push = (): void => {
		const chunk = stream.take();
		bytes += chunk.length;
		const begun = performance.now();
		// the next round is written where this one was
		reader.push(chunk.slice());
		seconds += (performance.now() - begun) / 1000;
	};
	push();
	show(0, seconds, bytes);
	const ticks = hours * 3600 * HERTZ;
	for (let tick = 1; tick <= ticks; tick++) {
		const time = Math.round((tick * SECOND) / HERTZ);
		for (let thread = 0; thread < THREADS; thread++) {
			const ofKind = samples[thread % KINDS];
			stream.sampleAgain(ofKind[skewed(ofKind.length)], PROCESS + thread, time + 1000 * thread);
		}
		if (tick % HERTZ === 0) shortLived(stream, tick / HERTZ, time + SECOND / HERTZ / 2);
		if (tick % TICKS_OF_A_ROUND === 0) {
			push();
			stream.endRound();
			// a spool writes when others get a turn
			await new Promise(setImmediate);
		}
		if (tick % (1800 * HERTZ) === 0) show(tick / HERTZ / 3600, seconds, bytes);
	}
	push();
	reader.end();
	const begun = performance.now();
	const profile = builder.snapshot();
	const count = profile.samples.values[0].reduce((sum, value) => sum + value, 0n);
	say(`${count} samples in the profile, made ${Math.round(performance.now() - begun)} ms after the last`);
	say(`${reader.lost} lost, ${reader.skipped} not understood`);
	sayLoad();
}

/** Begins, loads a program, is sampled once and ends. */
function shortLived(stream: PerfStream, number: number, time: number): void {
	const pid = FIRST_SHORT_LIVED + (number % (MOST_PROCESSES - FIRST_SHORT_LIVED));
	const trailer = [pid * (2 ** 32 + 1), time, 1];
	const pids = PROCESS * 2 ** 32 + pid;
	stream.record(RECORD.fork, 0, [pids, pids, time, ...trailer]);
	stream.command(pid, "short", time + 1).mapping({ pid, ...text, time: time + 2 });
	stream.sample({ id: 1, pid, tid: pid, time: time + 3, period: SECOND / HERTZ, chain: [text.start] });
	stream.record(RECORD.exit, 0, [pids, pids, time + 4, trailer[0], time + 4, 1]);
}

function show(hour: number, seconds: number, bytes: number): void {
	globalThis.gc?.();
	const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
	const words = {
		hours: hour.toFixed(1).padStart(3),
		samples: String(reader.samples).padStart(9),
		"samples/s": seconds === 0 ? "-" : String(Math.round(reader.samples / seconds)),
		"stream MB": String(Math.round(bytes / 1e6)).padStart(6),
		stacks: String(builder.stackCount).padStart(6),
		"RSS MB": Math.round(rss / 1e6),
		"heap MB": Math.round(heapUsed / 1e6),
		"arrays MB": Math.round(arrayBuffers / 1e6),
	};
	say(
		Object.entries(words)
			.map(([name, value]) => `${name} ${value}`)
			.join("  "),
	);
}

/** Low numbers are much more frequent. */
function skewed(below: number): number {
	return Math.floor(below * (random(2 ** 20) / 2 ** 20) ** 4);
}

function samplesOfKind(): Uint8Array[] {
	const stream = new PerfStream();
	const place = { id: 1, pid: PROCESS, tid: PROCESS, time: 0, period: SECOND / HERTZ };
	return Array.from({ length: CHAINS_OF_A_KIND }, () =>
		stream
			.sample({ ...place, chain: randomChain() })
			.take()
			.slice(),
	);
}

/** Walks through a graph of calls: few functions near the root, ever more ways towards the leaves. */
function randomChain(): number[] {
	const chain: number[] = [];
	let place = random(4);
	for (let depth = 8 + random(LONGEST_CHAIN - 8); depth > 0; depth--) {
		place = (place * 4 + skewed(4)) % FUNCTIONS;
		chain.unshift(text.start + Math.floor((place / FUNCTIONS) * text.length));
	}
	return chain;
}

/** Where the code of this program lies in memory. */
function ownText(): { path: string; start: number; length: number; fileOffset: number } {
	for (const line of readFileSync("/proc/self/maps", "utf8").split("\n")) {
		const match = /^(\w+)-(\w+) r-xp (\w+) \S+ \d+ +(\/.*)$/.exec(line);
		if (match === null || statSync(match[4], { throwIfNoEntry: false })?.isFile() !== true) continue;
		const [start, end, fileOffset] = match.slice(1, 4).map((digits) => Number.parseInt(digits, 16));
		return { path: match[4], start, length: end - start, fileOffset };
	}
	throw new Error("No code of a file is mapped here");
}
