import assert from "node:assert/strict";
import { closeSync, createReadStream, openSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { ProfileBuilder } from "../../profile/builder.ts";
import type { Profile } from "../../profile/model.ts";
import { perfBuildIds } from "../../profile/read/perf-data/build-ids.ts";
import { readPerfData } from "../../profile/read/perf-data/read.ts";
import { PerfDataReader } from "../../profile/read/perf-data/reader.ts";
import { NO_SYMBOLS } from "../../profile/testing/fuzzed.ts";
import { openedFile } from "../../symbol-files/opened-file.ts";
import { compare } from "./compare.ts";
import { isInstalled, record, recordStream, temporaryFolder } from "./recordings.ts";
import { run } from "./samples.ts";

const folder = temporaryFolder();
/** Sorts lines: clocks tick, pages are touched, and it ends. */
const WORK = ["--", "sh", "-c", "seq 300000 | shuf | sort | tail -1"];

describe("perf's own format", { skip: !isInstalled("perf") && "no perf here" }, () => {
	it("is read where it is compressed, as a file and as a stream", async () => {
		for (const make of [record, recordStream]) {
			const file = await make(join(folder, `compressed-${make.name}`), ["-z", ...WORK]);
			const { samples, unknown, ours } = await compare(file);
			assert.deepEqual(unknown, []);
			assert.ok(samples > 50, `${samples} samples`);
			assert.equal(ours.skipped, 0);
		}
	});

	for (const [name, events] of [
		["clocks and faults", ["-e", "cpu-clock,task-clock,page-faults"]],
		["events with other fields", ["-e", "cpu-clock", "-e", "page-faults/call-graph=no/"]],
		["a group whose counters come with its leader's samples", ["-e", "{cpu-clock,page-faults}:S"]],
		[
			"events of one machine's whole, with CPU and cgroup",
			["-e", "cpu-clock,context-switches", "-a", "--all-cgroups"],
		],
		["modifiers", ["-e", "cpu-clock:u,page-faults:u"]],
	] as const) {
		it(`has several events: ${name}`, async () => {
			const file = join(folder, "events");
			await run("perf", ["record", "--quiet", "--no-buildid-cache", "-g", ...events, "-o", file, ...WORK]);
			assert.deepEqual(countsOf(await readFile(file)), await countsByPerf(file));
		});
	}

	it("says how many samples were lost, as perf does", async () => {
		const file = join(folder, "lost");
		// a ring of one page, and samples that fill it in no time
		const options = ["--quiet", "--no-buildid-cache", "-e", "cpu-clock", "-c", "50000", "-m", "1", "-g"];
		await run("perf", ["record", ...options, "-o", file, ...WORK]);
		const reader = new PerfDataReader({
			builder: (valueTypes) => new ProfileBuilder({ valueTypes }),
			symbols: NO_SYMBOLS,
		});
		for await (const chunk of createReadStream(file)) reader.push(chunk as Buffer);
		reader.end();
		const text = await run("perf", ["script", "--force", "-D", "-i", file]);
		const sumOf = (pattern: RegExp) =>
			Array.from(text.matchAll(pattern), ([, count]) => Number(count)).reduce((sum, count) => sum + count, 0);
		const [records, samples] = [sumOf(/RECORD_LOST: id:\d+: lost:(\d+)/g), sumOf(/lost samples :(\d+)/g)];
		assert.equal(reader.lost, Math.max(records, samples));
		assert.ok(reader.lost > 0);
	});

	it("has the build-ids that perf lists", async () => {
		const file = await record(join(folder, "build-ids"), WORK);
		const descriptor = openSync(file, "r");
		const found = perfBuildIds(openedFile(descriptor));
		closeSync(descriptor);
		const listed = await run("perf", ["buildid-list", "--force", "-i", file]);
		const lines = Array.from(found, ([path, id]) => `${id} ${path}`);
		assert.deepEqual(lines.toSorted(), listed.trim().split("\n").toSorted());
	});
});

function readFile(file: string): Promise<Profile> {
	return readPerfData(createReadStream(file), { symbols: NO_SYMBOLS });
}

interface Counts {
	samples: number;
	/** what was counted, by event, in the order of their names */
	events: (readonly [string, number])[];
}

function countsOf({ valueTypes, samples }: Profile): Counts {
	const [count, ...events] = samples.values.map((column) =>
		Number(column.reduce((sum, value) => sum + value, 0n)),
	);
	const named = events.map((sum, index) => [valueTypes[index + 1].type, sum] as const);
	return { samples: count, events: named.filter(([, sum]) => sum > 0).toSorted() };
}

async function countsByPerf(file: string): Promise<Counts> {
	const text = await run("perf", ["script", "--force", "-i", file, "-F", "event,period", "-G"]);
	const lines = text.trim().split("\n");
	const events = new Map<string, number>();
	for (const line of lines) {
		const [period, event] = line.trim().split(/\s+/);
		// the file form tells the names where a reader that streams meets them too late: ours has no modifiers
		const name = event.replace(/:(u:)?$/, "").replace(/\/.*\/$/, "");
		events.set(name, (events.get(name) ?? 0) + Number(period));
	}
	return { samples: lines.length, events: [...events].toSorted() };
}
