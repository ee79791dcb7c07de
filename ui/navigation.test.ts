import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { addressOf, type Place, placeOf } from "./navigation.ts";

const name = fc.string({ minLength: 1, unit: "grapheme" }).filter((text) => text !== "." && text !== "..");

test("every place survives its address", () => {
	const places: fc.Arbitrary<Place> = fc.oneof(
		fc.constant<Place>({ page: "recordings" }),
		name.map((id): Place => ({ page: "recording", id })),
		fc.record(
			{ page: fc.constant("compare" as const), base: name, comparison: name },
			{ requiredKeys: ["page"], noNullPrototype: true },
		),
		fc.tuple(name, name, name).map(([namespace, pod, id]): Place => ({ page: "live", namespace, pod, id })),
		fc.record(
			{
				page: fc.constant("record" as const),
				namespace: name,
				pod: name,
				pid: fc.integer({ min: 1, max: 4_194_304 }),
				container: name,
			},
			{ requiredKeys: ["page"], noNullPrototype: true },
		),
	);
	fc.assert(
		fc.property(places, (place) => {
			const url = new URL(addressOf(place), "http://furnace.invalid");
			assert.deepEqual(placeOf(url.pathname, url.search), place);
		}),
	);
});

test("an address that names no place is unknown, broken escapes included", () => {
	assert.deepEqual(placeOf("/nowhere"), { page: "unknown" });
	assert.deepEqual(placeOf("/live/local/pod"), { page: "unknown" });
	assert.deepEqual(placeOf("/recordings/%E0%A4%A"), { page: "recording", id: "%E0%A4%A" });
	assert.deepEqual(placeOf("/", "?pid=-1"), { page: "record" });
});
