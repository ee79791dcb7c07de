import assert from "node:assert/strict";
import { test } from "node:test";
import { countBytes, type Progress, progressWords, totalOf } from "./progress.ts";

test("the whole is only known where the body arrives as it was measured", () => {
	assert.equal(totalOf(new Headers({ "content-length": "12" })), 12);
	assert.equal(totalOf(new Headers({ "content-length": "12", "content-encoding": "gzip" })), undefined);
	assert.equal(totalOf(new Headers({})), undefined);
	assert.equal(totalOf(new Headers({ "content-length": "x" })), undefined);
});

test("small downloads need no words, large ones say how far they are", () => {
	assert.equal(progressWords(null), "");
	assert.equal(progressWords({ received: 10, total: 999_999 }), "");
	assert.equal(progressWords({ received: 500_000, total: 20_000_000 }), "500 kB of 20 MB");
	assert.equal(progressWords({ received: 12_300_000 }), "12.3 MB");
});

test("all bytes pass, and are told about now and then", async () => {
	let time = 0;
	const told: Progress[] = [];
	const counter = countBytes(
		undefined,
		(progress) => told.push(progress),
		() => (time += 75),
	);
	const chunks = Array.from({ length: 6 }, () => new Uint8Array(10));
	const passed = await new Response(ReadableStream.from(chunks).pipeThrough(counter)).bytes();
	assert.equal(passed.length, 60);
	assert.deepEqual(told[0], { received: 10 });
	assert.ok(told.length > 1 && told.length < 6, `${told.length} times`);
});
