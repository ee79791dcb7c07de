import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { zstdCompressSync } from "node:zlib";
import { ProfileBuilder } from "../../builder.ts";
import type { Profile, ProfileFormatError } from "../../model.ts";
import type { Symbols } from "../../symbols/symbols.ts";
import { NO_SYMBOLS } from "../../testing/fuzzed.ts";
import { PerfStream, textWords, USER_CONTEXT } from "../../testing/perf-stream.ts";
import { readPerfData } from "./read.ts";
import { PerfDataReader } from "./reader.ts";
import { RECORD, SAMPLE_FIELD } from "./record-types.ts";

const PROGRAM = { pid: 7, start: 0x400000, length: 0x10000, path: "/bin/program" };
const AT = { id: 1, pid: 7, tid: 7 };
const KERNEL = 0xffff_ffff_ffff_ff80n;
const GUEST_KERNEL = -2176n & 0xffff_ffff_ffff_ffffn;
const IN_KERNEL = 0xffff_ffff_8100_1000n;

const SYMBOLS: Symbols = { ...NO_SYMBOLS, kernelName: () => ({ name: "schedule", module: "[kernel]" }) };

async function read(stream: PerfStream, pieceLength = 1000): Promise<Profile> {
	const bytes = stream.take().slice();
	async function* pieces() {
		for (let at = 0; at < bytes.length; at += pieceLength) yield bytes.subarray(at, at + pieceLength);
	}
	return readPerfData(pieces(), { symbols: SYMBOLS, keepTimes: true });
}

/** Folded, root first, with all values. */
function linesOf({ frames, stacks, samples }: Profile): string[] {
	const nameOf = (stack: number): string[] =>
		stack === 0 ? [] : [...nameOf(stacks.parent[stack]), frames[stacks.frame[stack]].name];
	return Array.from({ length: samples.length }, (_, row) =>
		[nameOf(samples.stack[row]).join(";"), ...samples.values.map((column) => column[row])].join(" "),
	);
}

function begun(...events: Parameters<PerfStream["event"]>[0][]): PerfStream {
	const stream = new PerfStream().header();
	for (const event of events) stream.event(event);
	return stream.mapping(PROGRAM).command(7, "program");
}

describe("a recording by perf", () => {
	for (const attributeBytes of [64, 72, 80, 96, 104, 112, 120, 128, 136]) {
		it(`has attributes of ${attributeBytes} bytes`, async () => {
			const stream = begun({ id: 1, attributeBytes });
			const profile = await read(
				stream.sample({ ...AT, time: 5, period: 3, chain: [0x400010, 0x400020] }),
				7,
			);
			assert.deepEqual(linesOf(profile), ["program;program+0x20;program+0x10 1 3"]);
			assert.deepEqual(profile.valueTypes[1], { type: "cpu", unit: "nanoseconds" });
		});
	}

	it("counts each of several events in a column of its own", async () => {
		const stream = begun({ id: 1 }, { id: 2, config: 1 }, { id: 3, config: 2 }, { id: 4, config: 9 });
		for (const id of [1, 2, 3, 3])
			stream.sample({ ...AT, id, time: 10 + id, period: 10 ** id, chain: [0x400010] });
		const profile = await read(stream);
		assert.deepEqual(profile.valueTypes, [
			{ type: "samples", unit: "count" },
			{ type: "cpu-clock", unit: "nanoseconds" },
			{ type: "task-clock", unit: "nanoseconds" },
			{ type: "page-faults", unit: "count" },
		]);
		assert.deepEqual(linesOf(profile), ["program;program+0x10 4 10 100 2000"]);
		assert.equal(profile.info.durationNanoseconds, 2n);
	});

	it("calls events what perf calls them", async () => {
		const named = new PerfStream().header().event({ id: 1, type: 2, config: 77 }).event({ id: 2 });
		named.record(RECORD.eventUpdate, 0, [2, 1, ...textWords("sched:sched_switch")]);
		named.record(RECORD.eventUpdate, 0, [2, 2, ...textWords("cpu-clock:u")]);
		assert.deepEqual((await read(named)).valueTypes.slice(1), [
			{ type: "sched:sched_switch", unit: "count" },
			{ type: "cpu-clock:u", unit: "nanoseconds" },
		]);
	});

	it("counts what the members of a group counted", async () => {
		const [withId, group] = [4, 8];
		const event = { fields: SAMPLE_FIELD.read, readFormat: withId | group };
		const stream = begun({ id: 1, ...event }, { id: 2, config: 2, ...event });
		for (const [time, clock, faults] of [
			[10, 100, 0],
			[20, 250, 6],
		]) {
			stream.sample({ ...AT, time, chain: [0x400010], read: [2, clock, 1, faults, 2] });
		}
		assert.deepEqual(linesOf(await read(stream)), ["program;program+0x10 3 250 6"]);
	});

	it("has frames of the kernel, and of virtual machines without their names", async () => {
		const stream = begun({ id: 1 });
		stream.sample({ ...AT, time: 1, chain: [KERNEL, IN_KERNEL, USER_CONTEXT, 0x400010] });
		stream.sample({
			...AT,
			time: 2,
			chain: [GUEST_KERNEL, IN_KERNEL, IN_KERNEL + 8n, USER_CONTEXT, 0x400010],
		});
		assert.deepEqual(linesOf(await read(stream)), [
			"program;program+0x10;schedule 1 1",
			"program;program+0x10;[guest] 1 1",
		]);
	});

	it("keeps what stands before garbage in a chain", async () => {
		const stream = begun({ id: 1 });
		const garbage = 0xffff_ffff_ffff_fff5n;
		stream.sample({ ...AT, time: 1, chain: [0x400010, 0x400020, garbage, 0x400030] });
		assert.deepEqual(linesOf(await read(stream)), ["program;program+0x20;program+0x10 1 1"]);
	});

	it("says what was lost once, and passes over what is of no interest", () => {
		const stream = begun({ id: 1 });
		const trailer = [0, 0, 1];
		const [throttle, unthrottle, contextSwitch, cgroup] = [5, 6, 14, 19];
		for (const type of [throttle, unthrottle]) stream.record(type, 0, [1, 2, 3, ...trailer]);
		stream.record(contextSwitch, 0, trailer).record(cgroup, 0, [1, ...textWords("/kubepods"), ...trailer]);
		stream.record(RECORD.lost, 0, [1, 40, ...trailer]).record(RECORD.lost, 0, [1, 3, ...trailer]);
		// those of the samples among them, told once more; and what a filter dropped, which is no loss
		stream
			.record(RECORD.lostSamples, 0, [41, ...trailer])
			.record(RECORD.lostSamples, 0x8000, [900, ...trailer]);
		const reader = new PerfDataReader({
			builder: (valueTypes) => new ProfileBuilder({ valueTypes }),
			symbols: SYMBOLS,
		});
		reader.push(stream.take().slice());
		reader.end();
		assert.deepEqual([reader.lost, reader.skipped, reader.samples], [43, 0, 0]);
	});

	for (const compressed of [RECORD.compressed, RECORD.compressed2]) {
		it(`is read from compressed records of type ${compressed}`, async () => {
			const inside = new PerfStream();
			for (let time = 1; time <= 5000; time++) {
				inside.sample({ ...AT, time, chain: [0x400000 + 16 * (time % 9), 0x400500] });
			}
			const stream = begun({ id: 1 });
			const packed = zstdCompressSync(inside.take());
			// cut in the middle of blocks
			for (let at = 0; at < packed.length; at += 104)
				packInto(stream, compressed, packed.subarray(at, at + 104));
			const profile = await read(stream.endRound());
			assert.equal(linesOf(profile).length, 9);
			assert.equal(profile.times?.sample.length, 5000);
		});
	}

	it("is refused at the place where compressed records are broken", async () => {
		const stream = begun({ id: 1 });
		const before = stream.take().length;
		const broken = begun({ id: 1 });
		packInto(broken, RECORD.compressed, new Uint8Array(104));
		await assert.rejects(read(broken), (error: ProfileFormatError) => error.offset === before);
	});
});

/** The older type has no way to say that it was filled up: a frame that is skipped does it. */
function packInto(stream: PerfStream, type: number, packed: Uint8Array): void {
	const room = (8 - (packed.length % 8)) % 8;
	const padded = new Uint8Array(packed.length + room + (room > 0 && type === RECORD.compressed ? 8 : 0));
	padded.set(packed);
	if (room > 0 && type === RECORD.compressed) padded.set([0x50, 0x2a, 0x4d, 0x18, room], packed.length);
	const view = new DataView(padded.buffer);
	const words = Array.from({ length: padded.length / 8 }, (_, index) => view.getBigUint64(8 * index, true));
	stream.record(type, 0, type === RECORD.compressed2 ? [packed.length, ...words] : words);
}
