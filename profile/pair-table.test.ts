import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { PairTable } from "./pair-table.ts";

test("numbers pairs as a map would, in the order they are met", () => {
	const pair = fc.tuple(fc.integer({ min: -1, max: 300 }), fc.integer({ min: -1, max: 300 }));
	fc.assert(
		fc.property(fc.array(pair, { maxLength: 2000, size: "max" }), (pairs) => {
			const table = new PairTable();
			const map = new Map<string, number>();
			for (const [first, second] of pairs) {
				const key = `${first},${second}`;
				if (!map.has(key)) map.set(key, map.size);
				const number = table.intern(first, second);
				assert.equal(number, map.get(key));
				assert.equal(table.first[number], first);
				assert.equal(table.second[number], second);
			}
			assert.equal(table.length, map.size);
		}),
		{ numRuns: 30 },
	);
});
