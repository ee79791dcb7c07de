import assert from "node:assert/strict";
import { test } from "node:test";
import { parseV8Name } from "./v8-name.ts";

test("a function of V8 becomes name, file and line, whatever compiled it", () => {
	const expected = { name: "priceItems", file: "/app/shop.ts", line: 25 };
	for (const mark of ["", "~", "^", "+'", "*'", "*"]) {
		assert.deepEqual(parseV8Name(`JS:${mark}priceItems file:///app/shop.ts:25:20`), expected, mark);
	}
	assert.deepEqual(parseV8Name("LazyCompile:*priceItems /app/shop.ts:25"), expected);
});

test("places of every kind, names with spaces, and functions without a name", () => {
	const cases: [string, string, string, number][] = [
		["JS:^listOnTimeout node:internal/timers:623:25", "listOnTimeout", "node:internal/timers", 623],
		["JS:~get size /srv/a b/c.js:3:1", "get size", "/srv/a b/c.js", 3],
		["JS:* file:///app/main.js:7:12", "(anonymous) main.js:7", "/app/main.js", 7],
		[
			"JS:~ evalmachine.<anonymous>:1:1",
			"(anonymous) evalmachine.<anonymous>:1",
			"evalmachine.<anonymous>",
			1,
		],
		["Function:~render webpack://shop/./src/a.js:9:3", "render", "webpack://shop/./src/a.js", 9],
		["JS:~load app.js:4:2", "load", "app.js", 4],
	];
	for (const [text, name, file, line] of cases)
		assert.deepEqual(parseV8Name(text), { name, file, line }, text);
});

test("what is no JavaScript function stays as it is", () => {
	for (const text of [
		"Builtin:ArrayMap",
		"BytecodeHandler:LdaZero",
		"RegExp:a:1",
		"java.lang.Thread::run",
		"JS:",
		"a:1",
		"",
	]) {
		assert.equal(parseV8Name(text), undefined, text);
	}
});
