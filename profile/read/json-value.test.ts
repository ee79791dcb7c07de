import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ProfileFormatError } from "../model.ts";
import { JsonValue } from "./json-value.ts";

const parse = (text: string): JsonValue => JsonValue.parse(new TextEncoder().encode(text), "test");

/** Everything that the view shows, as JSON.parse would have it. */
function whole(value: JsonValue): unknown {
	if (value.isObject)
		return Object.fromEntries(Array.from(value.entries(), ([name, of]) => [name, whole(of)]));
	if (value.isArray) return Array.from(value.items(), whole);
	if (value.isText) return value.text();
	if (value.isNumber) return value.number();
	if (value.isNull) return null;
	return value.isTrue;
}

test("a view shows what the text says, however it is written", () => {
	fc.assert(
		fc.property(fc.jsonValue(), fc.constantFrom(undefined, "\t", "\r\n "), (value, indent) => {
			const text = JSON.stringify(value, null, indent);
			assert.deepEqual(
				whole(parse(text)),
				JSON.parse(text, (name, of) => (name === "__proto__" ? undefined : of)),
			);
		}),
	);
});

test("columns of numbers, with what a null stands for", () => {
	const numbers = [0, 7, -1, 12.5, 1e300, 123_456_789_012_345, 9_007_199_254_740_991];
	assert.deepEqual([...parse(JSON.stringify(numbers)).numbers()], numbers);
	assert.deepEqual([...parse("[1,null ,3]").numbers({ ifNull: -1 })], [1, -1, 3]);
	assert.throws(() => parse("[1,null]").numbers(), { offset: 3 });
	assert.equal(parse(JSON.stringify(Array(5000).fill(3))).numbers().length, 5000);
});

test("only what is asked for is looked at, and the last of one name counts", () => {
	const { a, c, d } = parse('{"a":1, "b": [{"c":5}], "c":"\\u00e9\\n", "a":2}').fields("a", "c", "d");
	assert.equal(a?.number(), 2);
	assert.equal(c?.text(), "é\n");
	assert.equal(d, undefined);
});

test("what is nested ever so deeply is passed over", () => {
	const deep = "[".repeat(500_000) + "]".repeat(500_000);
	assert.equal(parse(`{"a":${deep},"b":4}`).fields("b").b?.number(), 4);
	assert.throws(() => parse(`{"a":${"[".repeat(500_000)}`).fields("b"), ProfileFormatError);
});

test("one value after the other", () => {
	const values = [];
	for (let value: JsonValue | undefined = parse('{"a":1}\n{"a":2}\n'); value; value = value.next()) {
		values.push(value.fields("a").a?.number());
	}
	assert.deepEqual(values, [1, 2]);
});

test("what is not as asked is refused with its place", () => {
	const cases: [string, (value: JsonValue) => unknown, number][] = [
		["", (value) => value, 0],
		["   ", (value) => value, 3],
		['{"a" 1}', (value) => value.fields("a"), 5],
		['{"a":1 "b":2}', (value) => value.fields("a"), 7],
		['{"a":}', (value) => value.fields("a"), 6],
		["{a:1}", (value) => value.fields("a"), 1],
		["[1,2", (value) => value.numbers(), 4],
		['"abc', (value) => value.text(), 0],
		['"a\\qb"', (value) => value.text(), 1],
		['"a\\"', (value) => value.text(), 0],
		["[1]", (value) => value.text(), 0],
		["12", (value) => [...value.items()], 0],
		["1e999", (value) => value.number(), 0],
		["1.5", (value) => value.integer(), 0],
		["9007199254740993", (value) => value.integer(), 0],
		["nonsense", (value) => value.number(), 0],
		['[1,"x"]', (value) => value.numbers(), 3],
	];
	for (const [text, read, offset] of cases) {
		assert.throws(
			() => read(parse(text)),
			(error) => error instanceof ProfileFormatError && error.offset === offset,
			text,
		);
	}
});

test("any bytes at all are read or refused", () => {
	fc.assert(
		fc.property(
			fc.uint8Array({ maxLength: 40 }),
			fc.constantFrom("", '{"a":', "[", '["'),
			(bytes, before) => {
				try {
					whole(JsonValue.parse(Buffer.concat([Buffer.from(before), bytes]), "test"));
				} catch (error) {
					assert.ok(error instanceof ProfileFormatError, String(error));
				}
			},
		),
	);
});
