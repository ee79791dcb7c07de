import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { SampleTimes } from "./model.ts";
import { partOf, SampleTimeColumns, sortTimes, TimeOrder } from "./sample-times.ts";

const anyTimes = fc.array(fc.nat(1000), { maxLength: 200 });

/** A sample's row is its place. */
function timesOf(nanoseconds: readonly number[]): SampleTimes {
	return {
		sample: Uint32Array.from(nanoseconds.keys()),
		nanoseconds: Float64Array.from(nanoseconds),
	};
}

const momentsOf = ({ sample, nanoseconds }: SampleTimes): number[][] =>
	Array.from(sample, (row, at) => [row, nanoseconds[at]]);

const inOrder = (nanoseconds: readonly number[]): number[][] =>
	nanoseconds
		.map((time, row) => [row, time])
		.sort(([row, time], [otherRow, otherTime]) => time - otherTime || row - otherRow);

test("times are put in order, and what has the same time stays as it came", () => {
	fc.assert(
		fc.property(anyTimes, (nanoseconds) => {
			assert.deepEqual(momentsOf(sortTimes(timesOf(nanoseconds))), inOrder(nanoseconds));
			const columns = new SampleTimeColumns();
			for (const [row, time] of nanoseconds.entries()) columns.push(row, time);
			assert.deepEqual(momentsOf(columns.sorted()), inOrder(nanoseconds));
		}),
	);
});

test("pieces that are nearly in order come out in order, and none is lost whatever their order", () => {
	const ordered = (nanoseconds: readonly number[], length: number): number[][] => {
		const order = new TimeOrder();
		const all = timesOf(nanoseconds);
		const out: number[][] = [];
		for (let at = 0; at < nanoseconds.length; at += length) {
			out.push(...momentsOf(order.push(partOf(all, at, at + length))));
		}
		out.push(...momentsOf(order.end()));
		return out;
	};
	fc.assert(
		fc.property(anyTimes, fc.integer({ min: 1, max: 50 }), (nanoseconds, length) => {
			const out = ordered(nanoseconds, length);
			assert.deepEqual(
				out.sort(([row], [other]) => row - other),
				momentsOf(timesOf(nanoseconds)),
			);
			// each less than a piece away from its place
			const near = nanoseconds.map((jitter, index) => index * 1000 + jitter * (length - 1));
			assert.deepEqual(ordered(near, length), inOrder(near));
		}),
	);
});
